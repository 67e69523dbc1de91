use serde::{Deserialize, Serialize};

use crate::{detectors::agent::Request, ledger::hash::Hash};

/// What a model is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Prompt {
    /// What it is to do.
    pub instructions: String,
    /// The case.
    pub question: String,
    /// JSON Schema of the answer.
    pub answer_schema: String,
}

impl From<Request> for Prompt {
    fn from(Request { instructions, question, answer_schema }: Request) -> Self {
        Self { instructions, question, answer_schema }
    }
}

impl Prompt {
    /// Digest over the three parts, each with its length.
    pub fn digest(&self) -> Hash {
        let mut bytes = Vec::new();
        for part in [&self.instructions, &self.question, &self.answer_schema] {
            bytes.extend((part.len() as u64).to_be_bytes());
            bytes.extend(part.as_bytes());
        }
        Hash::of(&bytes)
    }
}

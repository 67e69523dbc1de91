use std::{
    collections::{HashMap, VecDeque},
    fs::File,
    io::{BufRead as _, BufReader},
    path::Path,
    sync::{Mutex, PoisonError},
};

use super::Entry;
use crate::{
    agent::{AgentError, Consultation, Failure, FailureKind, Prompt},
    ledger::hash::Hash,
};

/// Answers as a model did before. Equal requests get their answers in the order of the transcript.
pub struct Replay(Mutex<HashMap<Hash, VecDeque<Consultation>>>);

impl Replay {
    /// Reads a transcript.
    ///
    /// # Errors
    /// If the file cannot be read, or a line is none of a transcript.
    pub fn read(path: &Path) -> Result<Self, AgentError> {
        let unreadable = |reason| AgentError::Transcript { path: path.into(), reason };
        let mut answers: HashMap<Hash, VecDeque<Consultation>> = HashMap::new();
        for (number, line) in (1..).zip(BufReader::new(File::open(path).map_err(unreadable)?).lines()) {
            let line = line.map_err(unreadable)?;
            let wrong = |reason: String| AgentError::Line { path: path.into(), line: number, reason };
            let entry: Entry = serde_json::from_str(&line).map_err(|error| wrong(error.to_string()))?;
            let digest = entry.digest;
            answers.entry(digest).or_default().push_back(entry.consultation().map_err(wrong)?);
        }
        Ok(Self(Mutex::new(answers)))
    }

    /// What came of this request then.
    pub(in crate::agent) fn consult(&self, prompt: &Prompt) -> Consultation {
        let mut answers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let recorded = answers.get_mut(&prompt.digest()).and_then(VecDeque::pop_front);
        recorded.unwrap_or_else(|| {
            let reason = "the transcript has no answer to this request";
            Consultation::failed(Failure::new(FailureKind::NotRecorded, reason))
        })
    }
}

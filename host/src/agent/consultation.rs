use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::Failure;

/// What came of asking a model.
#[derive(Clone, Debug, PartialEq)]
pub struct Consultation {
    /// Who runs the model.
    pub provider: Option<String>,
    /// Its name.
    pub model: Option<String>,
    /// Tokens, where the model said.
    pub usage: Option<Usage>,
    /// US dollars, where that is known.
    pub cost: Option<Decimal>,
    /// Its answer, JSON, or why there is none.
    pub outcome: Result<String, Failure>,
}

impl Consultation {
    /// No model was reached.
    pub(super) fn failed(failure: Failure) -> Self {
        Self { provider: None, model: None, usage: None, cost: None, outcome: Err(failure) }
    }
}

/// Tokens of one request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Usage {
    /// Read and not kept.
    pub input_tokens: u64,
    /// Written.
    pub output_tokens: u64,
    /// Read and kept for later requests.
    #[serde(deserialize_with = "or_none")]
    pub cache_creation_input_tokens: u64,
    /// Kept from an earlier request.
    #[serde(deserialize_with = "or_none")]
    pub cache_read_input_tokens: u64,
}

impl Usage {
    /// Tokens that were read, kept or not.
    pub const fn read(&self) -> u64 {
        self.input_tokens
            .saturating_add(self.cache_creation_input_tokens)
            .saturating_add(self.cache_read_input_tokens)
    }
}

/// The API writes null where nothing was kept.
fn or_none<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    Option::deserialize(deserializer).map(Option::unwrap_or_default)
}

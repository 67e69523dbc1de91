use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::{
    agent::{Consultation, Failure, Prompt, Usage},
    ledger::hash::Hash,
};

/// One request and what came of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Digest of the request.
    pub digest: Hash,
    /// What was asked.
    pub request: Prompt,
    /// The answer, JSON.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<String>,
    /// Why there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<Failure>,
    /// Who runs the model.
    pub provider: Option<String>,
    /// Its name.
    pub model: Option<String>,
    /// Tokens.
    pub usage: Option<Usage>,
    /// US dollars, as text.
    pub cost: Option<String>,
    /// How long it took, microseconds.
    pub latency: i64,
}

impl Entry {
    pub(super) fn new(prompt: &Prompt, said: &Consultation, latency: i64) -> Self {
        let (answer, failure) = match said.outcome.clone() {
            Ok(answer) => (Some(answer), None),
            Err(failure) => (None, Some(failure)),
        };
        Self {
            digest: prompt.digest(),
            request: prompt.clone(),
            answer,
            failure,
            provider: said.provider.clone(),
            model: said.model.clone(),
            usage: said.usage,
            cost: said.cost.map(|cost| cost.normalize().to_string()),
            latency,
        }
    }

    /// What came of asking, as at the time of recording.
    pub(super) fn consultation(self) -> Result<Consultation, String> {
        if self.digest != self.request.digest() {
            return Err("the digest is not that of the request".into());
        }
        let outcome = match (self.answer, self.failure) {
            (Some(answer), None) => Ok(answer),
            (None, Some(failure)) => Err(failure),
            _ => return Err("it needs either an answer or a failure".into()),
        };
        let cost = self.cost.map(|cost| cost.parse::<Decimal>()).transpose();
        let cost = cost.map_err(|error| format!("the cost is no amount: {error}"))?;
        Ok(Consultation { provider: self.provider, model: self.model, usage: self.usage, cost, outcome })
    }
}

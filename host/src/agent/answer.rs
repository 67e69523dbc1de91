use rust_decimal::Decimal;

use crate::{domain::judgement::Verdict, ledger::hash::Hash};

use super::{Consultation, Failure};
use crate::domain::vocabulary::{DecidedBy, DecisionType};

/// What the agent made of a case.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// The verdict; who decided is in it.
    pub verdict: Verdict,
    /// Who runs the model, where one was asked.
    pub provider: Option<String>,
    /// Name of the model.
    pub model: Option<String>,
    /// Digest of what the model was told.
    pub prompt_hash: Option<Hash>,
    /// Tokens that the model read, kept ones included.
    pub input_tokens: Option<i32>,
    /// Tokens that the model wrote.
    pub output_tokens: Option<i32>,
    /// US dollars.
    pub cost: Option<Decimal>,
    /// The agent's component.
    pub plugin_hash: Hash,
    /// How long it took, microseconds.
    pub latency: i64,
}

impl Answer {
    /// A verdict, and what asking the model for it took.
    pub(super) fn new(
        verdict: Verdict,
        consulted: Option<(Hash, Consultation)>,
        plugin_hash: Hash,
        latency: i64,
    ) -> Self {
        let (prompt_hash, consulted) = consulted.unzip();
        let usage = consulted.as_ref().and_then(|consulted| consulted.usage);
        let count = |tokens: u64| i32::try_from(tokens).unwrap_or(i32::MAX);
        Self {
            verdict,
            provider: consulted.as_ref().and_then(|consulted| consulted.provider.clone()),
            model: consulted.as_ref().and_then(|consulted| consulted.model.clone()),
            prompt_hash,
            input_tokens: usage.map(|usage| count(usage.read())),
            output_tokens: usage.map(|usage| count(usage.output_tokens)),
            cost: consulted.and_then(|consulted| consulted.cost),
            plugin_hash,
            latency,
        }
    }
}

/// The verdict on a case that nobody could judge: a person looks at it.
pub(super) fn review(failure: &Failure) -> Verdict {
    Verdict {
        decision: DecisionType::Review,
        decided_by: DecidedBy::Policy,
        confidence: 0.0,
        reason: format!("for a person to decide, since {failure}"),
        evidence: Vec::new(),
        actions: Vec::new(),
        fallback: Some(failure.to_string()),
    }
}

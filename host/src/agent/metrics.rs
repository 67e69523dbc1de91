use std::collections::BTreeMap;

use rust_decimal::Decimal;

use crate::domain::vocabulary::DecidedBy;

use super::{Answer, Consultation, FailureKind};

/// What the agent did since it started.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Metrics {
    /// Cases by who decided: the policy decides where nobody else could.
    pub decided_by: BTreeMap<DecidedBy, u64>,
    /// Times that a model was asked, live or from a transcript; repetitions count once.
    pub consultations: u64,
    /// Why a model that was to decide did not.
    pub failures: BTreeMap<FailureKind, u64>,
    /// Tokens read, kept ones included.
    pub input_tokens: u64,
    /// Of these, tokens kept from an earlier request.
    pub kept_tokens: u64,
    /// Tokens written.
    pub output_tokens: u64,
    /// US dollars.
    pub cost: Decimal,
}

impl Metrics {
    pub(super) fn count(
        &mut self,
        answer: &Answer,
        consulted: Option<&Consultation>,
        failure: Option<FailureKind>,
    ) {
        *self.decided_by.entry(answer.verdict.decided_by).or_default() += 1;
        if let Some(kind) = failure {
            *self.failures.entry(kind).or_default() += 1;
        }
        let Some(consulted) = consulted else { return };
        self.consultations += 1;
        let usage = consulted.usage.unwrap_or_default();
        self.input_tokens += usage.read();
        self.kept_tokens += usage.cache_read_input_tokens;
        self.output_tokens += usage.output_tokens;
        self.cost += consulted.cost.unwrap_or_default();
    }
}

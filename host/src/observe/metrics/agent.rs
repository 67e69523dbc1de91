//! What the agent decided, and what its model cost.

use std::sync::atomic::AtomicU64;

use prometheus_client::{
    encoding::EncodeLabelSet,
    metrics::{counter::Counter, family::Family},
    registry::Registry,
};
use rust_decimal::prelude::ToPrimitive as _;

use crate::agent::Metrics;

/// Who decided a case that the agent was asked about.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct By {
    decided_by: &'static str,
}

/// Why a model did not.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Failed {
    kind: String,
}

pub(super) fn register(registry: &mut Registry, did: &Metrics) {
    let agent = registry.sub_registry_with_prefix("agent");
    let (cases, failures) = (Family::<By, Counter>::default(), Family::<Failed, Counter>::default());
    for (by, count) in &did.decided_by {
        cases.get_or_create(&By { decided_by: by.name() }).inc_by(*count);
    }
    for (kind, count) in &did.failures {
        let kind = serde_json::to_value(kind).ok().and_then(|kind| kind.as_str().map(str::to_owned));
        failures.get_or_create(&Failed { kind: kind.unwrap_or_default() }).inc_by(*count);
    }
    agent.register("cases", "Cases by who decided", cases);
    agent.register("failures", "Why a model that was to decide did not", failures);
    for (name, help, count) in [
        ("consultations", "Times that a model was asked", did.consultations),
        ("input_tokens", "Tokens read", did.input_tokens),
        ("kept_tokens", "Of these, tokens kept from an earlier request", did.kept_tokens),
        ("output_tokens", "Tokens written", did.output_tokens),
    ] {
        let counter: Counter = Counter::default();
        counter.inc_by(count);
        agent.register(name, help, counter);
    }
    let spent: Counter<f64, AtomicU64> = Counter::default();
    spent.inc_by(did.cost.to_f64().unwrap_or_default());
    agent.register("spent_dollars", "US dollars spent on models", spent);
}

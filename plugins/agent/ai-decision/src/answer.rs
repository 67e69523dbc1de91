//! The model's answer, held against what was allowed and against the case.

use plugin_sdk::agent::{Allowed, Case, DecidedBy, Decision, Verdict};
use serde::Deserialize;

/// Longest part of an answer that is repeated in a message, characters.
const QUOTED: usize = 64;

/// Why an answer does not count. One line for a person.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// It is one that was not allowed.
    NotAllowed(String),
    /// It is none, or speaks of what the case does not contain.
    Unusable(String),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Said {
    reason: String,
    decision: String,
    confidence: f64,
    #[serde(default)]
    evidence: Vec<String>,
    #[serde(default)]
    actions: Vec<String>,
}

/// Reads an answer.
pub(crate) fn read(text: &str, case: &Case, allowed: &Allowed) -> Result<Verdict, Fault> {
    let said: Said = serde_json::from_str(text)
        .map_err(|error| Fault::Unusable(format!("the model's answer cannot be read: {error}")))?;
    let decision = Decision::parse(&said.decision).filter(|decision| allowed.decisions.contains(decision));
    let decision = decision.ok_or_else(|| not_allowed(&said.decision))?;
    if let Some(action) = said.actions.iter().find(|action| !allowed.actions.contains(action)) {
        return Err(not_allowed(action));
    }
    if let Some(name) = said.evidence.iter().find(|name| !case.anomaly.evidence.contains_key(*name)) {
        let name = quoted(name);
        return Err(Fault::Unusable(format!(
            "the model names evidence {name}, which the case does not have"
        )));
    }
    if !(0.0..=1.0).contains(&said.confidence) {
        let confidence = said.confidence;
        return Err(Fault::Unusable(format!("the model's confidence {confidence} is not between 0 and 1")));
    }
    if said.reason.trim().is_empty() {
        return Err(Fault::Unusable("the model gives no reason".into()));
    }
    Ok(Verdict {
        decision,
        decided_by: DecidedBy::Model,
        confidence: said.confidence,
        reason: said.reason,
        evidence: said.evidence,
        actions: said.actions,
        fallback: None,
    })
}

fn not_allowed(word: &str) -> Fault {
    Fault::NotAllowed(format!("the model answered {}, which was not allowed", quoted(word)))
}

fn quoted(word: &str) -> String {
    format!("{:?}", word.chars().take(QUOTED).collect::<String>())
}

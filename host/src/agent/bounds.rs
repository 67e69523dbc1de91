//! What a component says, held against what was allowed and against the case.

use crate::{
    detectors::agent::{DecidedBy as Said, RawVerdict},
    domain::{
        case::Case,
        judgement::{Allowed, Verdict},
        vocabulary::{ActionType, DecidedBy, DecisionType},
    },
};

use super::{Failure, FailureKind};

/// Longest reason that is kept, characters.
const REASON: usize = 500;

/// Longest part of an answer that is repeated in a message, characters.
const QUOTED: usize = 64;

/// A verdict that keeps the bounds. REVIEW is always within them, also where only stricter or laxer decisions were
/// allowed. Where neither model nor scorecard decided, the policy did, which drew the bounds.
///
/// # Errors
/// `NotAllowed` for a decision or action that was not allowed, `Unusable` for what is not in the case or no number.
pub(crate) fn check(raw: RawVerdict, case: &Case, allowed: &Allowed) -> Result<Verdict, Failure> {
    let decision = DecisionType::parse(&raw.decision)
        .filter(|decision| *decision == DecisionType::Review || allowed.decisions.contains(decision))
        .ok_or_else(|| not_allowed(&raw.decision))?;
    let action = |name: &String| {
        let action = ActionType::parse(name).filter(|action| allowed.actions.contains(action));
        action.ok_or_else(|| not_allowed(name))
    };
    let actions: Vec<ActionType> = raw.actions.iter().map(action).collect::<Result<_, _>>()?;
    if let Some(name) = raw.evidence.iter().find(|name| !case.anomaly.evidence.contains_key(*name)) {
        return Err(unusable(&format!("it names evidence {}, which the case does not have", quoted(name))));
    }
    if !(0.0..=1.0).contains(&raw.confidence) {
        return Err(unusable(&format!("its confidence {} is not between 0 and 1", raw.confidence)));
    }
    Ok(Verdict {
        decision,
        decided_by: match raw.decided_by {
            Said::Model => DecidedBy::Model,
            Said::Scorecard => DecidedBy::Scorecard,
            Said::Neither => DecidedBy::Policy,
        },
        confidence: raw.confidence,
        reason: one_line(&raw.reason),
        evidence: raw.evidence,
        actions: unique(actions),
        fallback: raw.fallback.as_deref().map(one_line),
    })
}

fn not_allowed(word: &str) -> Failure {
    Failure::new(
        FailureKind::NotAllowed,
        format!("the agent answered {}, which was not allowed", quoted(word)),
    )
}

fn unusable(reason: &str) -> Failure {
    Failure::new(FailureKind::Unusable, format!("the agent's verdict cannot be used: {reason}"))
}

fn quoted(word: &str) -> String {
    format!("{:?}", word.chars().take(QUOTED).collect::<String>())
}

/// Bounded, and without line breaks and other control characters.
fn one_line(text: &str) -> String {
    text.trim().chars().take(REASON).map(|letter| if letter.is_control() { ' ' } else { letter }).collect()
}

fn unique(actions: Vec<ActionType>) -> Vec<ActionType> {
    let mut unique: Vec<ActionType> = Vec::with_capacity(actions.len());
    for action in actions {
        if !unique.contains(&action) {
            unique.push(action);
        }
    }
    unique
}

//! What policies say about a case, with the agent's answer as it is on record.

use crate::{
    domain::{
        case::Case,
        judgement::{Allowed, Triage, Verdict},
        vocabulary::{DecidedBy, DecisionStatus, DecisionType},
    },
    policy::PolicySet,
    store::decisions::Decision,
};

/// A decision, or that the agent would have to be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Word {
    /// It is decided.
    Decided(DecisionType),
    /// The agent is asked, and what it would answer is not on record.
    Asked,
}

impl Word {
    /// What is on record.
    pub(super) fn of(decision: &Decision) -> Self {
        match decision.status {
            DecisionStatus::Pending => Self::Asked,
            DecisionStatus::Decided | DecisionStatus::Overridden => Self::Decided(decision.answer.decision),
        }
    }

    /// For tables.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Decided(decision) => decision.name(),
            Self::Asked => "ASK",
        }
    }
}

/// What policies say, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// What.
    pub word: Word,
    /// One line.
    pub reason: String,
}

impl Said {
    /// By `policies` about a case; where they ask, the agent says what it said for the decision on record.
    pub(super) fn by(policies: &PolicySet, case: &Case, decision: &Decision) -> Self {
        let verdict = match policies.triage(case) {
            Ok(Triage::Decide { decision, confidence, reason }) => {
                Verdict::of_policy(decision, confidence, reason)
            }
            Ok(Triage::Ask(allowed)) => match answer(decision, &allowed) {
                Some(verdict) => verdict,
                None => return Self { word: Word::Asked, reason: "the agent is asked".to_owned() },
            },
            Err(error) => return Self::failed(&error),
        };
        match policies.resolve(case, &verdict) {
            Ok(resolution) => Self { word: Word::Decided(resolution.decision), reason: resolution.reason },
            Err(error) => Self::failed(&error),
        }
    }

    fn failed(error: &crate::policy::PolicyError) -> Self {
        Self { word: Word::Decided(DecisionType::Review), reason: error.to_string() }
    }
}

/// The agent's answer on record; REVIEW where it is not among what is allowed now.
fn answer(decision: &Decision, allowed: &Allowed) -> Option<Verdict> {
    let answer = &decision.answer;
    if decision.status == DecisionStatus::Pending
        || !matches!(answer.decided_by, DecidedBy::Model | DecidedBy::Scorecard)
    {
        return None;
    }
    let is_allowed = allowed.decisions.contains(&answer.decision);
    let decided = if is_allowed { answer.decision } else { DecisionType::Review };
    Some(Verdict {
        decided_by: answer.decided_by,
        ..Verdict::of_policy(decided, answer.confidence.unwrap_or_default(), answer.reason.clone())
    })
}

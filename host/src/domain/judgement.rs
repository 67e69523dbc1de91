//! What becomes of a case: triage, the agent's verdict, and the resolution.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::vocabulary::{ActionType, DecidedBy, DecisionType, NotificationPriority, SubjectType};

/// What a policy says at first sight.
#[derive(Clone, Debug, PartialEq)]
pub enum Triage {
    /// It is plain what is to be done.
    Decide {
        /// What.
        decision: DecisionType,
        /// How sure, 0 to 1.
        confidence: f64,
        /// One line for a person.
        reason: String,
    },
    /// The agent is asked.
    Ask(Allowed),
}

/// What the agent may answer. Anything else it says is REVIEW.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Allowed {
    /// Decisions, at least one.
    pub decisions: Vec<DecisionType>,
    /// Actions that it may suggest.
    pub actions: Vec<ActionType>,
}

/// What came of triage or of the agent, before the policy's last word.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Verdict {
    /// What is to be done.
    pub decision: DecisionType,
    /// Who says so: `POLICY` for triage itself, else `MODEL` or `SCORECARD`.
    pub decided_by: DecidedBy,
    /// How sure, 0 to 1.
    pub confidence: f64,
    /// One line for a person.
    pub reason: String,
    /// Names of the evidence that counted.
    #[serde(default)]
    pub evidence: Vec<String>,
    /// Actions that are suggested.
    #[serde(default)]
    pub actions: Vec<ActionType>,
    /// Why the model did not decide though it was to; `()` where it did, or was not asked.
    #[serde(default)]
    pub fallback: Option<String>,
}

impl Verdict {
    /// What triage itself decided.
    pub const fn of_policy(decision: DecisionType, confidence: f64, reason: String) -> Self {
        Self {
            decision,
            decided_by: DecidedBy::Policy,
            confidence,
            reason,
            evidence: Vec::new(),
            actions: Vec::new(),
            fallback: None,
        }
    }
}

/// The policy's last word.
#[derive(Clone, Debug, PartialEq)]
pub struct Resolution {
    /// What is to be done.
    pub decision: DecisionType,
    /// How sure, 0 to 1.
    pub confidence: f64,
    /// One line for a person.
    pub reason: String,
    /// What is done about it.
    pub actions: Vec<PlannedAction>,
    /// Who is told what.
    pub notifications: Vec<PlannedNotification>,
}

/// An action that a policy wants.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PlannedAction {
    /// What is done.
    #[serde(rename = "type")]
    pub action_type: ActionType,
    /// What kind of thing it is done to.
    pub subject_type: SubjectType,
    /// Name of that thing.
    pub subject: String,
    /// How: the executor says which parameters there are.
    pub parameters: Map<String, Value>,
}

/// A message that a policy wants sent; recipients' preferences say to whom.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PlannedNotification {
    /// How urgent.
    pub priority: NotificationPriority,
    /// One line; names no trader.
    pub title: String,
    /// All there is to say; names no trader.
    pub body: String,
}

use std::sync::Arc;

use uuid::Uuid;

use crate::domain::{
    case::CaseAnomaly,
    family::Family,
    judgement::PlannedAction,
    vocabulary::{DecisionType, SubjectType},
};

/// An action to be done.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// Version 7; not used if the action was asked for before.
    pub id: Uuid,
    /// The decision that it follows.
    pub cause: Arc<Cause>,
    /// What is to be done. Where the subject is an anomaly, it is the one of the decision, whatever its name here.
    pub planned: PlannedAction,
}

/// A decision from which actions follow.
#[derive(Clone, Debug, PartialEq)]
pub struct Cause {
    /// Its id.
    pub decision_id: Uuid,
    /// How often it was decided anew: each revision may act again.
    pub revision: i32,
    /// Whether no person made it, so that its actions count against the cap.
    pub is_automatic: bool,
    /// What was decided.
    pub decision: DecisionType,
    /// How sure of it the decider was, 0 to 1; a person does not say.
    pub confidence: Option<f64>,
    /// One line for a person.
    pub reason: String,
    /// Id of the anomaly.
    pub anomaly_id: Uuid,
    /// The anomaly.
    pub anomaly: CaseAnomaly,
}

impl Cause {
    /// The trader that it is about, if it is about one.
    pub(super) fn trader(&self) -> Option<&str> {
        (self.anomaly.family == Family::Behavior).then_some(self.anomaly.subject.as_str())
    }
}

impl Request {
    /// Name of what it is done to.
    pub(super) fn subject(&self) -> String {
        match self.planned.subject_type {
            SubjectType::Anomaly => self.cause.anomaly_id.to_string(),
            _ => self.planned.subject.clone(),
        }
    }

    /// Equal for requests that are one action: of one revision of a decision, done to one thing. Bars and messages are
    /// things of their own.
    pub(super) fn idempotency_key(&self) -> String {
        let Cause { decision_id, revision, .. } = &*self.cause;
        let key = format!("{decision_id}/{revision}/{}/{}", self.planned.action_type.name(), self.subject());
        ["at", "endpoint", "event"].iter().filter_map(|name| self.planned.parameters.get(*name)).fold(
            key,
            |key, value| match value.as_str() {
                Some(text) => format!("{key}/{text}"),
                None => format!("{key}/{value}"),
            },
        )
    }
}

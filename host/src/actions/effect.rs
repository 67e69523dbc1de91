use serde_json::{Value, json};

use super::{error::EffectError, executor::executor, parameters::Given, request::Request};
use crate::domain::{judgement::PlannedAction, time::Timestamp, vocabulary::ActionType};

/// What an action does.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// It puts a control in force.
    Control {
        /// How far it restricts its subject.
        value: Value,
        /// When it ends by itself.
        expires_at: Option<Timestamp>,
    },
    /// It sends a message.
    Message {
        /// Configured name of where it goes.
        endpoint: String,
        /// What it says.
        body: Value,
    },
}

impl Effect {
    /// What is recorded as given, once it is done.
    pub fn result(&self) -> Option<Value> {
        match self {
            Self::Control { value, expires_at } => Some(json!({ "value": value, "expires_at": expires_at })),
            Self::Message { .. } => None,
        }
    }

    /// What undoes it; `None` where nothing can.
    pub fn compensation(&self, action_type: ActionType) -> Option<Value> {
        match self {
            Self::Control { .. } => Some(json!({ "clear": action_type })),
            Self::Message { .. } => None,
        }
    }
}

/// What an action does at a moment. Nothing is done yet, and nothing else is looked at.
///
/// # Errors
///
/// If it is asked for in a way that it cannot be done.
pub fn effect(request: &Request, now: Timestamp) -> Result<Effect, EffectError> {
    if request.subject().is_empty() {
        return Err(EffectError::NoSubject(request.planned.action_type));
    }
    let given = check(&request.planned, request.cause.trader())?;
    executor(request.planned.action_type).effect(request, given, now)
}

/// Checks what can be checked of an action before anybody decides: its kind of subject and its parameters, which must not
/// name the `trader`.
///
/// # Errors
///
/// If it could not be done.
pub fn check<'a>(planned: &'a PlannedAction, trader: Option<&str>) -> Result<Given<'a>, EffectError> {
    let action = planned.action_type;
    let executor = executor(action);
    let (wanted, given) = (executor.subject_type(), planned.subject_type);
    if given != wanted {
        return Err(EffectError::Subject { action, wanted, given });
    }
    Given::check(action, executor.parameters(), &planned.parameters, trader)
}

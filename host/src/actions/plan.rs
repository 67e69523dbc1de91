//! An action before it is done: its record, and what it will do. Live runs and backtests begin alike.

use serde_json::{Map, Value};

use super::{
    effect::{Effect, effect},
    error::EffectError,
    request::Request,
};
use crate::{
    domain::{time::Timestamp, vocabulary::ActionType},
    store::{
        actions::{Finished, NewAction, NewControl, Outcome},
        outbox::NewMessage,
    },
};

/// Recorded as the subject of an action that names none, and so fails.
const NOTHING: &str = "-";

/// An action before it is done.
pub(super) struct Plan {
    pub(super) new: NewAction,
    effect: Result<Effect, EffectError>,
}

impl Plan {
    pub(super) fn of(request: &Request, now: Timestamp) -> Self {
        let effect = effect(request, now);
        let planned = &request.planned;
        // Only what was checked is kept for ever.
        let parameters = if effect.is_ok() { planned.parameters.clone() } else { Map::new() };
        let new = NewAction {
            id: request.id,
            decision_id: request.cause.decision_id,
            action_type: planned.action_type,
            subject_type: planned.subject_type,
            subject: Some(request.subject())
                .filter(|name| !name.is_empty())
                .unwrap_or_else(|| NOTHING.into()),
            parameters: Value::Object(parameters),
            idempotency_key: request.idempotency_key(),
            is_automatic: request.cause.is_automatic && is_counted(planned.action_type),
        };
        Self { new, effect }
    }

    /// The control that it puts in force.
    pub(super) fn control(&self) -> Option<NewControl> {
        let Ok(Effect::Control { value, expires_at }) = &self.effect else { return None };
        Some(NewControl { value: value.clone(), expires_at: *expires_at })
    }

    /// The message that it sends.
    pub(super) fn message(&self) -> Option<NewMessage> {
        let Ok(Effect::Message { endpoint, body }) = &self.effect else { return None };
        Some(NewMessage { action_id: self.new.id, endpoint: endpoint.clone(), message: body.clone() })
    }

    /// What came of it after so many microseconds; `None` while its message is under way.
    pub(super) fn finished(&self, duration: i64) -> Option<Finished> {
        let outcome = match &self.effect {
            Ok(Effect::Message { .. }) => return None,
            Ok(effect) => Outcome::Succeeded {
                result: effect.result(),
                compensation: effect.compensation(self.new.action_type),
            },
            Err(error) => Outcome::Failed { error: error.to_string() },
        };
        Some(Finished { id: self.new.id, attempts: 1, duration, outcome })
    }
}

/// Whether an action changes anything but what people look at.
pub fn is_counted(action_type: ActionType) -> bool {
    action_type != ActionType::QueueForReview
}

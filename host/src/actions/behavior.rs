//! What is done to a trader.

use serde_json::json;

use super::{
    effect::Effect,
    error::EffectError,
    executor::{Executor, timed},
    parameters::{Given, MINUTES, Parameter, number},
    request::Request,
};
use crate::domain::{time::Timestamp, vocabulary::SubjectType};

/// The trader opens no positions.
pub(super) struct CoolDownUser;

impl Executor for CoolDownUser {
    fn subject_type(&self) -> SubjectType {
        SubjectType::User
    }

    fn parameters(&self) -> &'static [Parameter] {
        &[MINUTES]
    }

    fn effect(&self, _: &Request, given: Given<'_>, now: Timestamp) -> Result<Effect, EffectError> {
        Ok(timed(json!({}), given, now))
    }
}

/// The trader's limits are smaller, as a share of what they are.
pub(super) struct ReduceLimit;

impl Executor for ReduceLimit {
    fn subject_type(&self) -> SubjectType {
        SubjectType::User
    }

    fn parameters(&self) -> &'static [Parameter] {
        const { &[number("factor", 0.0, 1.0), MINUTES] }
    }

    fn effect(&self, _: &Request, given: Given<'_>, now: Timestamp) -> Result<Effect, EffectError> {
        Ok(timed(json!({ "factor": given.value("factor") }), given, now))
    }
}

/// Each order of the trader is confirmed by somebody else.
pub(super) struct RequireConfirmation;

impl Executor for RequireConfirmation {
    fn subject_type(&self) -> SubjectType {
        SubjectType::User
    }

    fn parameters(&self) -> &'static [Parameter] {
        &[MINUTES]
    }

    fn effect(&self, _: &Request, given: Given<'_>, now: Timestamp) -> Result<Effect, EffectError> {
        Ok(timed(json!({}), given, now))
    }
}

//! What is done to an algorithm.

use serde_json::json;

use super::{
    effect::Effect,
    error::EffectError,
    executor::{Executor, timed},
    parameters::{Given, MINUTES, Parameter, number},
    request::Request,
};
use crate::domain::{time::Timestamp, vocabulary::SubjectType};

/// The algorithm sends no orders.
pub(super) struct PauseAlgorithm;

impl Executor for PauseAlgorithm {
    fn subject_type(&self) -> SubjectType {
        SubjectType::Algorithm
    }

    fn parameters(&self) -> &'static [Parameter] {
        &[MINUTES]
    }

    fn effect(&self, _: &Request, given: Given<'_>, now: Timestamp) -> Result<Effect, EffectError> {
        Ok(timed(json!({}), given, now))
    }
}

/// The algorithm counts for so much less, as a share of its weight.
pub(super) struct ReduceWeight;

impl Executor for ReduceWeight {
    fn subject_type(&self) -> SubjectType {
        SubjectType::Algorithm
    }

    fn parameters(&self) -> &'static [Parameter] {
        const { &[number("factor", 0.0, 1.0), MINUTES] }
    }

    fn effect(&self, _: &Request, given: Given<'_>, now: Timestamp) -> Result<Effect, EffectError> {
        Ok(timed(json!({ "factor": given.value("factor") }), given, now))
    }
}

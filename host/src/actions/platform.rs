//! What is done to the platform's own: anomalies and detectors.

use serde_json::json;

use super::{
    effect::Effect,
    error::EffectError,
    executor::{Executor, timed},
    parameters::{Given, MINUTES, Parameter, number},
    request::Request,
};
use crate::domain::{time::Timestamp, vocabulary::SubjectType};

/// The anomaly waits for a person, without end.
pub(super) struct QueueForReview;

impl Executor for QueueForReview {
    fn subject_type(&self) -> SubjectType {
        SubjectType::Anomaly
    }

    fn parameters(&self) -> &'static [Parameter] {
        &[]
    }

    fn effect(&self, _: &Request, _: Given<'_>, _: Timestamp) -> Result<Effect, EffectError> {
        Ok(Effect::Control { value: json!({}), expires_at: None })
    }
}

/// The detector's thresholds are so many times as high.
pub(super) struct AdjustThreshold;

impl Executor for AdjustThreshold {
    fn subject_type(&self) -> SubjectType {
        SubjectType::Detector
    }

    fn parameters(&self) -> &'static [Parameter] {
        const { &[number("factor", 0.1, 10.0), MINUTES] }
    }

    fn effect(&self, _: &Request, given: Given<'_>, now: Timestamp) -> Result<Effect, EffectError> {
        Ok(timed(json!({ "factor": given.value("factor") }), given, now))
    }
}

//! What is done to a symbol.

use serde_json::json;

use super::{
    effect::Effect,
    error::EffectError,
    executor::{Executor, timed},
    parameters::{Given, MINUTES, Parameter, moment_of, number},
    request::Request,
};
use crate::domain::{
    time::{DAY, Timestamp},
    vocabulary::SubjectType,
};

/// How long a bar stays discarded: no longer than anything is computed from it.
const DISCARDED_FOR: i64 = 7 * DAY;

/// Nothing of the symbol is traded.
pub(super) struct HaltSymbol;

impl Executor for HaltSymbol {
    fn subject_type(&self) -> SubjectType {
        SubjectType::Symbol
    }

    fn parameters(&self) -> &'static [Parameter] {
        &[MINUTES]
    }

    fn effect(&self, _: &Request, given: Given<'_>, now: Timestamp) -> Result<Effect, EffectError> {
        Ok(timed(json!({}), given, now))
    }
}

/// One bar of the symbol, that of the anomaly's first finding unless another is named by its open time, is left out of
/// what is computed.
pub(super) struct DiscardBar;

impl Executor for DiscardBar {
    fn subject_type(&self) -> SubjectType {
        SubjectType::Symbol
    }

    fn parameters(&self) -> &'static [Parameter] {
        const { &[moment_of("at")] }
    }

    fn effect(&self, request: &Request, given: Given<'_>, now: Timestamp) -> Result<Effect, EffectError> {
        let expires_at = Some(Timestamp(now.0.saturating_add(DISCARDED_FOR)));
        let at = given.moment("at").unwrap_or(Timestamp(request.cause.anomaly.opened_at));
        Ok(Effect::Control { value: json!({ "at": at }), expires_at })
    }
}

/// The limits of price checks are so many times as wide.
pub(super) struct WidenLimits;

impl Executor for WidenLimits {
    fn subject_type(&self) -> SubjectType {
        SubjectType::Symbol
    }

    fn parameters(&self) -> &'static [Parameter] {
        const { &[number("factor", 1.0, 10.0), MINUTES] }
    }

    fn effect(&self, _: &Request, given: Given<'_>, now: Timestamp) -> Result<Effect, EffectError> {
        Ok(timed(json!({ "factor": given.value("factor") }), given, now))
    }
}

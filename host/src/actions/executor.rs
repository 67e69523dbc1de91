use super::{
    behavior::{CoolDownUser, ReduceLimit, RequireConfirmation},
    conflict::{PauseAlgorithm, ReduceWeight},
    effect::Effect,
    error::EffectError,
    market::{DiscardBar, HaltSymbol, WidenLimits},
    parameters::{Given, Parameter},
    platform::{AdjustThreshold, QueueForReview},
    request::Request,
    webhook::Webhook,
};
use crate::domain::{
    time::Timestamp,
    vocabulary::{ActionType, SubjectType},
};

/// How one type of action is done.
pub trait Executor: Sync {
    /// What kind of thing it is done to.
    fn subject_type(&self) -> SubjectType;

    /// What it has to be told.
    fn parameters(&self) -> &'static [Parameter];

    /// What it does at a moment, told what it takes.
    ///
    /// # Errors
    ///
    /// If it cannot be done.
    fn effect(&self, request: &Request, given: Given<'_>, now: Timestamp) -> Result<Effect, EffectError>;
}

/// Who does actions of a type.
pub fn executor(action_type: ActionType) -> &'static dyn Executor {
    match action_type {
        ActionType::HaltSymbol => &HaltSymbol,
        ActionType::DiscardBar => &DiscardBar,
        ActionType::WidenLimits => &WidenLimits,
        ActionType::PauseAlgorithm => &PauseAlgorithm,
        ActionType::ReduceWeight => &ReduceWeight,
        ActionType::CoolDownUser => &CoolDownUser,
        ActionType::ReduceLimit => &ReduceLimit,
        ActionType::RequireConfirmation => &RequireConfirmation,
        ActionType::QueueForReview => &QueueForReview,
        ActionType::AdjustThreshold => &AdjustThreshold,
        ActionType::Webhook => &Webhook,
    }
}

/// A control that ends some minutes from now.
pub(super) fn timed(value: serde_json::Value, given: Given<'_>, now: Timestamp) -> Effect {
    Effect::Control { value, expires_at: given.until(now) }
}

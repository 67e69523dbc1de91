use serde::{Deserialize, Serialize};

/// Why the model did not decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FailureKind {
    /// An attempt took too long.
    Timeout,
    /// The connection could not be made or broke.
    Connection,
    /// The API allows no more requests for now (429).
    RateLimited,
    /// The account's spend limit is reached.
    SpendLimit,
    /// The API is overloaded (529).
    Overloaded,
    /// The API failed (5xx, 408, 409).
    Server,
    /// The API refused the request (4xx).
    Rejected,
    /// The API's response is none, or longer than any.
    Malformed,
    /// The model refused.
    Refused,
    /// The answer was cut off at `max_tokens`.
    Truncated,
    /// The model stopped for another reason.
    Stopped,
    /// The day's budget is spent.
    Budget,
    /// No turn came in time.
    Queue,
    /// The model is left alone after failures.
    BreakerOpen,
    /// The transcript has no answer to this request.
    NotRecorded,
    /// The answer cannot be used: its form, its evidence, its confidence.
    Unusable,
    /// The answer was not allowed.
    NotAllowed,
    /// The model was not sure enough.
    Unsure,
    /// The agent's component failed.
    Component,
}

/// Why the model did not decide, with one line for a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{reason}")]
pub struct Failure {
    /// What kind of failure.
    pub kind: FailureKind,
    /// One line for a person. Holds no secret.
    pub reason: String,
}

impl Failure {
    pub(super) fn new(kind: FailureKind, reason: impl Into<String>) -> Self {
        Self { kind, reason: reason.into() }
    }
}

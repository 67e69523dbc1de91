//! What a request may take: time, and a process that goes on whatever it does.

use std::{any::Any, time::Duration};

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse as _, Response},
};

use super::rest::Problem;
use crate::service::ServiceError;

/// How long to wait after an answer that did not come.
const RETRY: Duration = Duration::from_secs(1);

/// Gives up a request whose answer does not begin in time. What is streamed may take longer, and WebSockets as long as
/// they like.
pub(super) async fn in_time(State(limit): State<Duration>, request: Request, next: Next) -> Response {
    let answered = tokio::time::timeout(limit, next.run(request)).await;
    answered.unwrap_or_else(|_| Problem::from(too_late(limit)).into_response())
}

/// What is said where an answer did not come within `limit`.
pub(super) fn too_late(limit: Duration) -> ServiceError {
    let reason = format!("there was no answer within {} s", limit.as_secs());
    ServiceError::Unavailable { reason, retry_after: RETRY }
}

/// What a client is told of a panic; the rest is in the log.
pub(super) fn panicked(panic: Box<dyn Any + Send>) -> Response {
    let said = match panic.downcast::<String>() {
        Ok(said) => *said,
        Err(panic) => panic.downcast_ref::<&str>().copied().unwrap_or("it said nothing").to_owned(),
    };
    let error = ServiceError::Internal(anyhow::anyhow!("a handler panicked: {said}"));
    Problem::from(error).into_response()
}

//! Each request has an id: the log has it in the span of what happens, and the answer in `x-request-id`.

use std::{fmt, sync::Arc};

use axum::{
    extract::Request,
    http::{HeaderMap, HeaderName, HeaderValue},
    middleware::Next,
    response::Response,
};
use tracing::{Instrument as _, field::Empty};
use uuid::Builder;

use crate::{domain::time::Timestamp, observe};

/// Carries the id, there and back.
pub(super) static X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Longest id that is taken over from a client.
const LONGEST: usize = 64;

tokio::task_local! {
    static CURRENT: RequestId;
}

/// The name of one request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestId(Arc<str>);

impl RequestId {
    /// That of the request which this task answers.
    pub fn current() -> Option<Self> {
        CURRENT.try_with(Clone::clone).ok()
    }

    /// Carries it on to another task.
    pub(super) async fn over<F: Future>(self, work: F) -> F::Output {
        CURRENT.scope(self, work).await
    }

    /// As in the header.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What the client says, if it can stand in a log, or else a new one.
    fn of(headers: &HeaderMap) -> Self {
        let said = headers.get(&X_REQUEST_ID).and_then(|said| said.to_str().ok());
        said.filter(|said| is_sane(said)).map_or_else(Self::new, |said| Self(said.into()))
    }

    /// One that nothing else has.
    pub(super) fn new() -> Self {
        let mut bits = [0; 10];
        if let Err(reason) = getrandom::fill(&mut bits) {
            tracing::warn!("the machine has no randomness: {reason}");
        }
        let millis = Timestamp::now().0.unsigned_abs() / 1_000;
        Self(Builder::from_unix_timestamp_millis(millis, &bits).into_uuid().to_string().into())
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

fn is_sane(id: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    (1..=LONGEST).contains(&id.len()) && id.bytes().all(fits)
}

/// Gives a request its id, an `Extension<RequestId>`, and a span.
pub(super) async fn name(mut request: Request, next: Next) -> Response {
    let id = RequestId::of(request.headers());
    request.extensions_mut().insert(id.clone());
    let span = tracing::info_span!(
        "request",
        %id,
        otel.kind = "server",
        method = %request.method(),
        path = request.uri().path(),
        caller = Empty,
        status = Empty,
    );
    observe::adopt(&span, request.headers());
    let mut response = CURRENT.scope(id.clone(), next.run(request).instrument(span.clone())).await;
    span.record("status", response.status().as_u16());
    if let Ok(id) = HeaderValue::from_str(id.as_str()) {
        response.headers_mut().insert(X_REQUEST_ID.clone(), id);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_that_a_log_could_stumble_over_is_replaced() {
        let of = |said: &'static str| {
            let headers = HeaderMap::from_iter([(X_REQUEST_ID.clone(), HeaderValue::from_static(said))]);
            RequestId::of(&headers)
        };
        assert_eq!(of("req-1.a_B").as_str(), "req-1.a_B");
        let long: &'static str = "a234567890123456789012345678901234567890123456789012345678901234x";
        for odd in ["", "a b", "a\"b", "id=1", long] {
            assert_ne!(of(odd).as_str(), odd);
            assert_eq!(of(odd).as_str().len(), 36);
        }
    }
}

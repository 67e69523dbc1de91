//! `Idempotency-Key`: what is sent again with its key is answered as the first time, with `Idempotent-Replayed: true`,
//! and not done again. What was refused or failed is not kept: sent again, it is tried again. A write that has begun is
//! finished though its client leaves, with a key or without.

use std::sync::Arc;

use axum::{
    body::{Body, Bytes, HttpBody as _, to_bytes},
    extract::{FromRequest as _, Request, State},
    http::{
        HeaderMap, HeaderName, HeaderValue, StatusCode, header::CONTENT_TYPE, request::Parts,
        uri::PathAndQuery,
    },
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use futures::FutureExt as _;
use tokio::time::timeout;

use super::{Problem, extract::Asked};
use crate::{
    api::{apart::apart, bounds},
    ledger::hash::Hash,
    service::{
        Platform, ServiceError,
        idempotency::{self, Answered, Begun, LONGEST, Run},
    },
};

/// Names the request.
const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// Tells that an answer is an old one.
const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");

/// Longest key, characters.
const LONGEST_KEY: usize = 255;

/// Does a write with a key once.
pub(super) async fn once(State(platform): State<Arc<Platform>>, request: Request, next: Next) -> Response {
    if request.method().is_safe() {
        return next.run(request).await;
    }
    let answer = if request.headers().contains_key(IDEMPOTENCY_KEY) {
        keyed(platform, request, next).await
    } else {
        let work = in_time(Arc::clone(&platform), request, next);
        finished(&platform, work.map(|answer| answer.unwrap_or_else(Problem::into_response))).await
    };
    answer.unwrap_or_else(Problem::into_response)
}

/// What a write is answered with, which goes on if the client leaves.
async fn finished(
    platform: &Platform,
    work: impl Future<Output = Response> + Send + 'static,
) -> Result<Response, Problem> {
    apart(platform, work).await.map_err(|panicked| ServiceError::Internal(panicked.into()).into())
}

/// Does it within the time that a request has.
async fn in_time(platform: Arc<Platform>, request: Request, next: Next) -> Result<Response, Problem> {
    let limit = platform.config.server.request_timeout();
    timeout(limit, next.run(request)).await.map_err(|_| bounds::too_late(limit).into())
}

async fn keyed(platform: Arc<Platform>, request: Request, next: Next) -> Result<Response, Problem> {
    let (mut parts, body) = request.into_parts();
    let key = key(&parts.headers)?;
    let bytes = Bytes::from_request(Request::from_parts(parts.clone(), body), &()).await?;
    let asked =
        <Asked as axum::extract::FromRequestParts<Arc<Platform>>>::from_request_parts(&mut parts, &platform)
            .await?;
    match idempotency::begin(&platform, &asked.caller, &key, digest(&parts, &bytes)).await? {
        Begun::Done(answer) => replay(answer),
        Begun::UnderWay => Err(Problem {
            retry_after: Some(1),
            ..Problem::new(
                StatusCode::CONFLICT,
                "IDEMPOTENCY_UNDER_WAY",
                "the first request of this Idempotency-Key is under way; send it again in a second",
            )
        }),
        Begun::Another => Err(Problem::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "IDEMPOTENCY_MISMATCH",
            "this Idempotency-Key was used for another request; use a new one for each",
        )),
        Begun::Fresh(run) => {
            let request = Request::from_parts(parts, Body::from(bytes));
            // Who comes back wants the answer.
            finished(&platform, work(Arc::clone(&platform), run, request, next)).await
        }
    }
}

/// The key of a request, where it has one.
pub(super) fn name(headers: &HeaderMap) -> Option<&str> {
    headers.get(IDEMPOTENCY_KEY).and_then(|key| key.to_str().ok())
}

fn key(headers: &HeaderMap) -> Result<String, Problem> {
    let mut keys = headers.get_all(IDEMPOTENCY_KEY).iter();
    let key = keys.next().and_then(|key| key.to_str().ok()).unwrap_or_default();
    let fits = (1..=LONGEST_KEY).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic());
    if fits && keys.next().is_none() {
        return Ok(key.to_owned());
    }
    let detail = format!("write one key of 1 to {LONGEST_KEY} visible ASCII characters without spaces");
    let problem = Problem::new(StatusCode::BAD_REQUEST, "INVALID", format!("Idempotency-Key: {detail}"));
    Err(problem.in_parameter("Idempotency-Key", detail))
}

/// Over method, address, type and body, each with its length in front.
fn digest(parts: &Parts, body: &[u8]) -> Hash {
    let address = parts.uri.path_and_query().map(PathAndQuery::as_str).unwrap_or_default();
    let kind = parts.headers.get(CONTENT_TYPE).map(HeaderValue::as_bytes).unwrap_or_default();
    let fields = [parts.method.as_str().as_bytes(), address.as_bytes(), kind, body];
    let framed = fields.iter().flat_map(|field| [&field.len().to_be_bytes()[..], field].concat());
    Hash::of(&framed.collect::<Vec<u8>>())
}

fn replay(answer: Answered) -> Result<Response, Problem> {
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let Some(body) = answer.body else {
        let detail = format!(
            "the first request of this Idempotency-Key was done and answered with {status}; its answer was not kept"
        );
        return Err(Problem::new(StatusCode::GONE, "IDEMPOTENCY_ANSWER_NOT_KEPT", detail));
    };
    let mut response = (status, body).into_response();
    let headers = response.headers_mut();
    headers.remove(CONTENT_TYPE);
    let kind = answer.content_type.and_then(|kind| HeaderValue::try_from(kind).ok());
    headers.extend(kind.map(|kind| (CONTENT_TYPE, kind)));
    headers.insert(REPLAYED, HeaderValue::from_static("true"));
    Ok(response)
}

/// Does it, and keeps what is answered.
async fn work(platform: Arc<Platform>, run: Run, request: Request, next: Next) -> Response {
    let (response, answer) = match in_time(Arc::clone(&platform), request, next).await {
        Ok(response) => kept(response).await,
        Err(problem) => (problem.into_response(), None),
    };
    if let Err(error) = run.end(&platform, answer.as_ref()).await {
        tracing::warn!("what was answered to a request with a key is not kept: {error}");
    }
    response
}

/// The answer, and what is kept of it: nothing of a refusal or a failure, and that it was done where it is too long.
async fn kept(response: Response) -> (Response, Option<Answered>) {
    let status = response.status();
    if !status.is_success() && !status.is_redirection() {
        return (response, None);
    }
    let answer = Answered { status: status.as_u16(), content_type: content_type(&response), body: None };
    if response.body().size_hint().exact().is_none_or(|size| size > LONGEST as u64) {
        return (response, Some(answer));
    }
    let (parts, body) = response.into_parts();
    let Ok(bytes) = to_bytes(body, LONGEST).await else {
        return (StatusCode::INTERNAL_SERVER_ERROR.into_response(), Some(answer));
    };
    let answer = Answered { body: String::from_utf8(bytes.to_vec()).ok(), ..answer };
    (Response::from_parts(parts, Body::from(bytes)), Some(answer))
}

fn content_type(response: &Response) -> Option<String> {
    let kind = response.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    kind.map(ToOwned::to_owned)
}

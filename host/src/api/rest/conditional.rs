//! Answers that a client has already are not sent again (RFC 9110, 13).

use axum::{
    body::{Body, HttpBody as _, to_bytes},
    extract::Request,
    http::{
        HeaderMap, HeaderValue, Method, StatusCode,
        header::{CACHE_CONTROL, ETAG, IF_NONE_MATCH},
    },
    middleware::Next,
    response::{IntoResponse as _, Response},
};

use crate::ledger::hash::Hash;

/// Longer answers have no tag, bytes.
const MOST: u64 = 4 << 20;

/// Caches belong to the caller alone and ask each time whether what they have is still right.
const MINE: HeaderValue = HeaderValue::from_static("private, no-cache");

/// Tags what is answered whole, unless the handler did, and answers 304 to whoever has it. Streams go through.
pub(super) async fn conditional(request: Request, next: Next) -> Response {
    let wanted = (request.method() == Method::GET).then(|| request.headers().get(IF_NONE_MATCH).cloned());
    let response = next.run(request).await;
    match wanted {
        Some(known) if response.status() == StatusCode::OK => tagged(response, known.as_ref()).await,
        _ => response,
    }
}

async fn tagged(response: Response, known: Option<&HeaderValue>) -> Response {
    let (mut parts, mut body) = response.into_parts();
    if !parts.headers.contains_key(ETAG) {
        if body.size_hint().exact().is_none_or(|size| size > MOST) {
            return Response::from_parts(parts, body);
        }
        // Its size is known and bounded.
        let Ok(bytes) = to_bytes(body, usize::MAX).await else {
            return StatusCode::INTERNAL_SERVER_ERROR.into_response();
        };
        let tag = format!("\"{}\"", &Hash::of(&bytes).to_string()[..32]);
        parts.headers.extend(HeaderValue::try_from(tag).ok().map(|tag| (ETAG, tag)));
        body = Body::from(bytes);
    }
    parts.headers.entry(CACHE_CONTROL).or_insert(MINE);
    if parts.headers.get(ETAG).is_some_and(|tag| is_known(known, tag)) {
        return unchanged(&parts.headers);
    }
    Response::from_parts(parts, body)
}

/// Whether a client has what the tag stands for.
pub(super) fn is_known(known: Option<&HeaderValue>, tag: &HeaderValue) -> bool {
    let Some(known) = known.and_then(|known| known.to_str().ok()) else { return false };
    known.split(',').map(str::trim).any(|one| one == "*" || one.trim_start_matches("W/").as_bytes() == tag)
}

/// 304, with the headers that a cache goes by.
fn unchanged(headers: &HeaderMap) -> Response {
    let mut response = StatusCode::NOT_MODIFIED.into_response();
    for name in [ETAG, CACHE_CONTROL] {
        if let Some(value) = headers.get(&name) {
            response.headers_mut().insert(name, value.clone());
        }
    }
    response
}

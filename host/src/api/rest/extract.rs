//! What handlers take from a request; what does not fit is answered with a [`Problem`].

use std::sync::Arc;

use axum::{
    body::Bytes,
    extract::{
        FromRef, FromRequest, FromRequestParts, Request,
        rejection::{BytesRejection, PathRejection},
    },
    http::{HeaderMap, StatusCode, header::CONTENT_TYPE, request::Parts},
    response::{IntoResponse, Response},
};
use serde::{Serialize, de::DeserializeOwned};
use serde_path_to_error::Error as At;
use url::form_urlencoded::parse;

use super::Problem;
use crate::{
    access::Caller,
    service::{Platform, ServiceError},
};

/// What a handler answers.
pub(super) type Answer<T> = Result<Json<T>, Problem>;

/// Who asks, and whom.
pub(super) struct Asked {
    /// The host.
    pub(super) platform: Arc<Platform>,
    /// The caller.
    pub(super) caller: Caller,
}

/// A body in JSON, of a request or an answer.
#[derive(Clone, Copy, Debug, Default)]
pub struct Json<T>(pub T);

/// Parts of the path.
#[derive(Clone, Copy, Debug)]
pub struct Path<T>(pub T);

/// What follows the question mark.
#[derive(Clone, Copy, Debug)]
pub struct Query<T>(pub T);

impl<S: Send + Sync> FromRequestParts<S> for Asked
where
    Arc<Platform>: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let caller = parts.extensions.get::<Caller>().cloned();
        let unknown = || ServiceError::Unauthenticated { reason: "nobody knows who asks".to_owned() };
        Ok(Self { platform: Arc::from_ref(state), caller: caller.ok_or_else(unknown)? })
    }
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        axum::Json(self.0).into_response()
    }
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        if !is_json(request.headers()) {
            let detail = "send the body as `Content-Type: application/json`";
            return Err(refused(StatusCode::UNSUPPORTED_MEDIA_TYPE, detail.to_owned()));
        }
        let bytes = Bytes::from_request(request, state).await?;
        let mut json = serde_json::Deserializer::from_slice(&bytes);
        let body = serde_path_to_error::deserialize(&mut json).map_err(in_json)?;
        json.end().map_err(|error| refused(StatusCode::BAD_REQUEST, error.to_string()))?;
        Ok(Self(body))
    }
}

/// Whether a body says that it is JSON.
fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    kind == "application/json" || (kind.starts_with("application/") && kind.ends_with("+json"))
}

fn in_json(error: At<serde_json::Error>) -> Problem {
    let path = error.path().to_string();
    let inner = error.into_inner();
    if !inner.is_data() {
        return refused(StatusCode::BAD_REQUEST, format!("the body is no JSON: {inner}"));
    }
    let detail = inner.to_string();
    let path = if path == "." { "" } else { &path };
    refused(StatusCode::UNPROCESSABLE_ENTITY, format!("the body does not fit: {detail}"))
        .in_body(path, detail)
}

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        Ok(Self(axum::extract::Path::from_request_parts(parts, state).await?.0))
    }
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let query = parts.uri.query().unwrap_or_default();
        let fields = serde_urlencoded::Deserializer::new(parse(query.as_bytes()));
        serde_path_to_error::deserialize(fields).map(Self).map_err(in_query)
    }
}

fn in_query(error: At<serde::de::value::Error>) -> Problem {
    let path = error.path().to_string();
    let detail = error.into_inner().to_string();
    let name = if path == "." { "query" } else { &path };
    refused(StatusCode::BAD_REQUEST, format!("{name}: {detail}")).in_parameter(name, detail)
}

impl From<BytesRejection> for Problem {
    fn from(rejection: BytesRejection) -> Self {
        refused(rejection.status(), rejection.body_text())
    }
}

impl From<PathRejection> for Problem {
    fn from(rejection: PathRejection) -> Self {
        refused(rejection.status(), rejection.body_text())
    }
}

fn refused(status: StatusCode, detail: String) -> Problem {
    let code = match status {
        StatusCode::PAYLOAD_TOO_LARGE => "TOO_LARGE",
        StatusCode::UNSUPPORTED_MEDIA_TYPE => "UNSUPPORTED_MEDIA_TYPE",
        StatusCode::INTERNAL_SERVER_ERROR => "INTERNAL",
        _ => "INVALID",
    };
    Problem::new(status, code, detail)
}

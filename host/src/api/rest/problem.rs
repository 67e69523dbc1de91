use axum::{
    Json,
    http::{
        HeaderValue, StatusCode,
        header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE},
    },
    response::{IntoResponse, Response},
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{api::RequestId, service::ServiceError};

/// Media type of problems.
pub(super) const PROBLEM: &str = "application/problem+json";

/// Why a request failed (RFC 9457).
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Problem {
    /// Names this kind of problem: `urn:vyomo:problem:` and its code in small letters.
    #[serde(rename = "type")]
    pub kind: String,
    /// What happened, in general.
    pub title: &'static str,
    /// HTTP status.
    pub status: u16,
    /// What happened here, and the way out.
    pub detail: String,
    /// Names this request, as the log does: `urn:vyomo:request:` and its id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instance: Option<String>,
    /// A word for programs.
    pub code: &'static str,
    /// Seconds after which to try again, where that may help.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<u64>,
    /// What is wrong with which part of the request, where that is so.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<Fault>,
}

/// What is wrong with one part of a request.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Fault {
    /// Where it is in the body: a JSON pointer, as in `#/preferences/email`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pointer: Option<String>,
    /// Or the parameter that it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parameter: Option<String>,
    /// What is wrong, and what would be right.
    pub detail: String,
}

impl Problem {
    /// A problem of that status, with a word for programs and a sentence for people.
    pub fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Self {
        Self {
            kind: format!("urn:vyomo:problem:{}", code.to_lowercase().replace('_', "-")),
            title: status.canonical_reason().unwrap_or_default(),
            status: status.as_u16(),
            detail: detail.into(),
            instance: None,
            code,
            retry_after: None,
            errors: Vec::new(),
        }
    }

    /// The same, about a part of the body; `path` is as in `preferences.email`.
    #[must_use]
    pub fn in_body(mut self, path: &str, detail: impl Into<String>) -> Self {
        let pointer = format!("#/{}", path.replace(['.', '['], "/").replace(']', ""));
        self.errors.push(Fault { pointer: Some(pointer), parameter: None, detail: detail.into() });
        self
    }

    /// The same, about a parameter.
    #[must_use]
    pub fn in_parameter(mut self, name: &str, detail: impl Into<String>) -> Self {
        self.errors.push(Fault { pointer: None, parameter: Some(name.to_owned()), detail: detail.into() });
        self
    }

    /// The same, with the name of the request that this task answers.
    #[must_use]
    pub(super) fn signed(mut self) -> Self {
        self.instance = RequestId::current().map(|id| format!("urn:vyomo:request:{id}"));
        self
    }

    /// What is wrong with a parameter.
    pub fn of_parameter(error: ServiceError) -> Self {
        let mut problem = Self::from(error);
        for fault in &mut problem.errors {
            fault.parameter = fault.pointer.take().map(|pointer| pointer.trim_start_matches("#/").to_owned());
        }
        problem
    }
}

impl From<ServiceError> for Problem {
    fn from(error: ServiceError) -> Self {
        if let ServiceError::Internal(inside) = &error {
            tracing::error!("{inside:#}");
        }
        let retry_after = error.retry_after().map(|wait| wait.as_secs().max(1));
        let problem = Self { retry_after, ..Self::new(status(&error), error.code(), error.to_string()) };
        match error {
            ServiceError::Invalid { field, reason } => problem.in_body(&field, reason),
            _ => problem,
        }
    }
}

const fn status(error: &ServiceError) -> StatusCode {
    match error {
        ServiceError::Unauthenticated { .. } => StatusCode::UNAUTHORIZED,
        ServiceError::Forbidden { .. } => StatusCode::FORBIDDEN,
        ServiceError::NotFound { .. } => StatusCode::NOT_FOUND,
        ServiceError::Invalid { .. } => StatusCode::UNPROCESSABLE_ENTITY,
        ServiceError::Conflict { .. } => StatusCode::CONFLICT,
        ServiceError::Expired { .. } => StatusCode::GONE,
        ServiceError::Overloaded { .. } => StatusCode::TOO_MANY_REQUESTS,
        ServiceError::Unavailable { .. } => StatusCode::SERVICE_UNAVAILABLE,
        ServiceError::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let retry_after = self.retry_after;
        let mut response = (status, Json(self.signed())).into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(PROBLEM));
        if let Some(seconds) = retry_after {
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

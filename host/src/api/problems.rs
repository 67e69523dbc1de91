//! What the framework refuses is a problem (RFC 9457) like everything else that fails.

use axum::{
    body::{Body, to_bytes},
    extract::Request,
    http::{
        HeaderMap, StatusCode,
        header::{CONTENT_LENGTH, CONTENT_TYPE},
    },
    middleware::Next,
    response::{IntoResponse as _, Response},
};

use super::rest::Problem;

/// Most bytes of the framework's own words.
const LONGEST: usize = 4_096;

/// Turns failures that are empty or plain text into problems.
pub(super) async fn say(request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    let status = response.status();
    let is_failure = status.is_client_error() || status.is_server_error();
    if !is_failure || !is_plain(response.headers()) {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let problem = Problem::new(status, code(status), detail(status, body).await);
    let problem = problem.into_response();
    parts.headers.remove(CONTENT_LENGTH);
    parts.headers.extend(problem.headers().clone());
    Response::from_parts(parts, problem.into_body())
}

fn is_plain(headers: &HeaderMap) -> bool {
    headers.get(CONTENT_TYPE).is_none_or(|kind| kind.as_bytes().starts_with(b"text/plain"))
}

fn code(status: StatusCode) -> &'static str {
    match status {
        StatusCode::NOT_FOUND => "NOT_FOUND",
        StatusCode::METHOD_NOT_ALLOWED => "METHOD_NOT_ALLOWED",
        StatusCode::NOT_ACCEPTABLE => "NOT_ACCEPTABLE",
        StatusCode::PAYLOAD_TOO_LARGE => "TOO_LARGE",
        StatusCode::UNSUPPORTED_MEDIA_TYPE => "UNSUPPORTED_MEDIA_TYPE",
        _ if status.is_client_error() => "INVALID",
        _ => "INTERNAL",
    }
}

async fn detail(status: StatusCode, body: Body) -> String {
    match status {
        StatusCode::NOT_FOUND => {
            return "there is nothing at this path; docs/REST.md names those that there are, and so does /api/docs where \
                    rest.docs is set or in development mode"
                .to_owned();
        }
        StatusCode::METHOD_NOT_ALLOWED => {
            return "this path does not take this method; the header Allow names those that it takes"
                .to_owned();
        }
        StatusCode::PAYLOAD_TOO_LARGE => return "the body is too large; send less at once".to_owned(),
        _ if status.is_server_error() => return "something failed inside".to_owned(),
        _ => {}
    }
    let said = to_bytes(body, LONGEST).await.unwrap_or_default();
    String::from_utf8_lossy(&said).into_owned()
}

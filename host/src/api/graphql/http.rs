//! GraphQL over HTTP: one operation, or several in an array, as `application/json`.

use std::sync::Arc;

use async_graphql::{BatchRequest, BatchResponse, ServerError, http::GraphiQLSource};
use axum::{
    Extension, Json, Router,
    body::Bytes,
    extract::State,
    http::{
        HeaderMap, StatusCode,
        header::{CONTENT_TYPE, RETRY_AFTER},
    },
    response::{AppendHeaders, Html, IntoResponse as _},
    routing::{get, post},
};

use super::{
    VyomoSchema,
    answer::{Answering, refused, unread},
    at_once::AtOnce,
    question::Question,
    schema,
};
use crate::{
    access::Caller,
    config::Config,
    service::{Platform, ServiceError},
};

/// What asks for a key.
pub(in crate::api) fn routes(platform: &Arc<Platform>) -> Router<Arc<Platform>> {
    Router::new().route("/graphql", post(answer)).layer(Extension(schema(platform)))
}

/// A page to try queries with, where that is wanted. The page itself tells nothing; what it asks needs a key.
pub(in crate::api) fn public_routes(config: &Config) -> Router<Arc<Platform>> {
    if !config.graphql.graphiql && !config.server.development {
        return Router::new();
    }
    let page = async || {
        Html(GraphiQLSource::build().endpoint("/graphql").subscription_endpoint("/graphql").finish())
    };
    Router::new().route("/graphiql", get(page))
}

async fn answer(
    State(platform): State<Arc<Platform>>,
    Extension(schema): Extension<VyomoSchema>,
    Extension(caller): Extension<Caller>,
    headers: HeaderMap,
    body: Bytes,
) -> axum::response::Response {
    let asked = read(&headers, &body).and_then(|asked| bounded(&platform, &caller, asked));
    let (is_batch, questions) = match asked {
        Ok(asked) => asked,
        Err((status, error)) => {
            let wait = error.retry_after().map(|wait| [(RETRY_AFTER, wait.as_secs().max(1).to_string())]);
            return (status, wait.map(AppendHeaders), Json(refused(error))).into_response();
        }
    };
    // One after the other, in the same places: one request does not take many connections to the database.
    let answering = Answering { schema, platform, at_once: AtOnce::new() };
    let mut answers = Vec::with_capacity(questions.len());
    for question in questions {
        answers.push(match question {
            Ok(question) => answering.answer(question, caller.clone(), ()).await,
            Err(error) => unread(error),
        });
    }
    match answers.pop() {
        Some(answer) if !is_batch => Json(answer).into_response(),
        last => {
            answers.extend(last);
            Json(BatchResponse::Batch(answers)).into_response()
        }
    }
}

type Refused = (StatusCode, ServiceError);

/// Only JSON: no page of another origin can send it without being asked for.
fn read(headers: &HeaderMap, body: &Bytes) -> Result<BatchRequest, Refused> {
    let content_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let kind = content_type.split(';').next().unwrap_or_default().trim();
    if !kind.eq_ignore_ascii_case("application/json") {
        let error = ServiceError::invalid("Content-Type", "send application/json");
        return Err((StatusCode::UNSUPPORTED_MEDIA_TYPE, error));
    }
    let is_array = body.trim_ascii_start().starts_with(b"[");
    let asked = serde_json::from_slice(body).ok();
    // An array is never read as a single operation, whatever it has.
    let fits = |asked: &BatchRequest| matches!(asked, BatchRequest::Batch(_)) == is_array;
    asked.filter(fits).ok_or_else(|| {
        let reason = "send {\"query\": \"...\", \"variables\": {...}}, or an array of at least one such";
        (StatusCode::BAD_REQUEST, ServiceError::invalid("body", reason))
    })
}

/// Questions as they were read, and whether they came in an array.
type Questions = (bool, Vec<Result<Question, ServerError>>);

/// The request is one unit of the caller's; each further field of an operation is one more.
fn bounded(platform: &Platform, caller: &Caller, asked: BatchRequest) -> Result<Questions, Refused> {
    let most = platform.config.graphql.max_batch;
    let (is_batch, requests) = match asked {
        BatchRequest::Single(request) => (false, vec![request]),
        BatchRequest::Batch(requests) => (true, requests),
    };
    if is_batch && requests.len() > most {
        let reason = format!("{} operations are too many at once; send at most {most}", requests.len());
        return Err((StatusCode::BAD_REQUEST, ServiceError::invalid("body", reason)));
    }
    let questions: Vec<_> = requests.into_iter().map(Question::read).collect();
    let units =
        questions.iter().map(|question| question.as_ref().map_or(1, |question| question.fields.max(1)));
    let further = units.fold(0, u32::saturating_add).saturating_sub(1);
    platform.access.charge(caller, further).map_err(|error| match error {
        ServiceError::Overloaded { .. } => (StatusCode::TOO_MANY_REQUESTS, error),
        _ => (StatusCode::BAD_REQUEST, error),
    })?;
    Ok((is_batch, questions))
}

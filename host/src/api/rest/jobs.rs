//! `/api/jobs`, and what asks for them.

use axum::{
    body::{Body, Bytes},
    extract::{FromRequest, Request},
    http::{StatusCode, Uri, header::CONTENT_TYPE},
    response::{IntoResponse as _, Response},
};
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    Problem, Routes,
    extract::{Answer, Asked, Json, Path, Query},
    format::download,
    page::{Page, Paged, paged},
    query::Turn,
};
use crate::service::{
    exports::{self, Export},
    jobs::{self, Backtest, Outcome},
    views::{Job, Upload},
};

pub(super) fn routes() -> Routes {
    OpenApiRouter::new()
        .routes(routes!(upload))
        .routes(routes!(run))
        .routes(routes!(list))
        .routes(routes!(get))
        .routes(routes!(export))
        .routes(routes!(cancel))
        .routes(routes!(result))
}

/// A body as it comes.
struct Raw(Bytes);

impl<S: Send + Sync> FromRequest<S> for Raw {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        Ok(Self(Bytes::from_request(request, state).await?))
    }
}

/// Hands in a file for a backtest: CSV, CSV.gz or Parquet, as files of `host backtest`. It is kept for a day.
#[utoipa::path(post, path = "/api/backtest/uploads", tag = "backtest",
    request_body(content = String, content_type = "application/octet-stream", description = "The file."),
    responses((status = 201, description = "What it is known by.", body = Upload)), security(("key" = ["operator"])))]
async fn upload(
    Asked { platform, caller }: Asked,
    Raw(content): Raw,
) -> Result<(StatusCode, Json<Upload>), Problem> {
    Ok((StatusCode::CREATED, Json(jobs::upload(&platform, &caller, &content).await?)))
}

/// Asks for a backtest of stored rows or uploads with what runs now. It is made in the background.
#[utoipa::path(post, path = "/api/backtest/run", tag = "backtest", request_body = Backtest,
    responses((status = 202, description = "The job.", body = Job)), security(("key" = ["operator"])))]
async fn run(
    Asked { platform, caller }: Asked,
    Json(backtest): Json<Backtest>,
) -> Result<(StatusCode, Json<Job>), Problem> {
    Ok((StatusCode::ACCEPTED, Json(jobs::start_backtest(&platform, &caller, backtest).await?)))
}

/// Asks for a whole list as a file. It is made in the background, and kept for a day.
#[utoipa::path(post, path = "/api/jobs/export", tag = "jobs", request_body = Export,
    responses((status = 202, description = "The job.", body = Job)), security(("key" = ["operator"])))]
async fn export(
    Asked { platform, caller }: Asked,
    Json(export): Json<Export>,
) -> Result<(StatusCode, Json<Job>), Problem> {
    Ok((StatusCode::ACCEPTED, Json(exports::start(&platform, &caller, export).await?)))
}

/// Jobs that were asked for, backtests and exports, newest first.
#[utoipa::path(get, path = "/api/jobs", tag = "jobs", params(Turn),
    responses((status = 200, description = "A page of them.", body = Page<Job>)), security(("key" = ["viewer"])))]
async fn list(
    Asked { platform, caller }: Asked,
    uri: Uri,
    Query(turn): Query<Turn>,
) -> Result<Paged<Job>, Problem> {
    Ok(paged(jobs::list(&platform, &caller, turn.window()?).await?, &uri))
}

/// A job that was asked for: how far it is, and what came of it.
#[utoipa::path(get, path = "/api/jobs/{id}", tag = "jobs", params(("id" = Uuid, Path, description = "Its id.")),
    responses((status = 200, description = "The job.", body = Job)), security(("key" = ["viewer"])))]
async fn get(Asked { platform, caller }: Asked, Path(id): Path<Uuid>) -> Answer<Job> {
    Ok(Json(jobs::get(&platform, &caller, id).await?))
}

/// Ends a job that is not over.
#[utoipa::path(post, path = "/api/jobs/{id}/cancel", tag = "jobs",
    params(("id" = Uuid, Path, description = "Its id.")),
    responses((status = 200, description = "The job.", body = Job)), security(("key" = ["operator"])))]
async fn cancel(Asked { platform, caller }: Asked, Path(id): Path<Uuid>) -> Answer<Job> {
    Ok(Json(jobs::cancel(&platform, &caller, id).await?))
}

/// What came of a job that succeeded: the result of a backtest (docs/result.schema.json), or the file of an export.
#[utoipa::path(get, path = "/api/jobs/{id}/result", tag = "jobs",
    params(("id" = Uuid, Path, description = "Its id.")),
    responses(
        (status = 200, description = "The result.", content(
            (serde_json::Value = "application/json"), (String = "application/x-ndjson"), (String = "text/csv"))),
        (status = 409, description = "It has not succeeded.", body = Problem,
            content_type = "application/problem+json"),
        (status = 410, description = "It is not kept any more.", body = Problem,
            content_type = "application/problem+json")),
    security(("key" = ["viewer"])))]
async fn result(Asked { platform, caller }: Asked, Path(id): Path<Uuid>) -> Result<Response, Problem> {
    Ok(match jobs::outcome(&platform, &caller, id).await? {
        Outcome::Backtest(bytes) => ([(CONTENT_TYPE, "application/json")], bytes).into_response(),
        Outcome::File(file, pieces) => download(file.what.name(), file.format, Body::from_stream(pieces)),
    })
}

//! `/api/backtest`.

use axum::{
    http::{Uri, header::CONTENT_TYPE},
    response::{IntoResponse as _, Response},
};
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    Problem, Routes,
    extract::{Answer, Asked, Json, Path, Query},
    page::{Page, Paged, paged},
    query::Turn,
};
use crate::service::{backtests, views::BacktestRun};

pub(super) fn routes() -> Routes {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(get)).routes(routes!(result))
}

/// Recorded backtests, newest first.
#[utoipa::path(get, path = "/api/backtest", tag = "backtest", params(Turn),
    responses((status = 200, description = "A page of them.", body = Page<BacktestRun>)),
    security(("key" = ["viewer"])))]
async fn list(
    Asked { platform, caller }: Asked,
    uri: Uri,
    Query(turn): Query<Turn>,
) -> Result<Paged<BacktestRun>, Problem> {
    Ok(paged(backtests::list(&platform, &caller, turn.window()?).await?, &uri))
}

/// One recorded backtest.
#[utoipa::path(get, path = "/api/backtest/{id}", tag = "backtest",
    params(("id" = Uuid, Path, description = "Its id.")),
    responses((status = 200, description = "The backtest.", body = BacktestRun)), security(("key" = ["viewer"])))]
async fn get(Asked { platform, caller }: Asked, Path(id): Path<Uuid>) -> Answer<BacktestRun> {
    Ok(Json(backtests::get(&platform, &caller, id).await?))
}

/// The result of a backtest, byte for byte as `host backtest --out` writes it (docs/result.schema.json).
#[utoipa::path(get, path = "/api/backtest/{id}/result", tag = "backtest",
    params(("id" = Uuid, Path, description = "Its id.")),
    responses((status = 200, description = "The result.", body = serde_json::Value)), security(("key" = ["viewer"])))]
async fn result(Asked { platform, caller }: Asked, Path(id): Path<Uuid>) -> Result<Response, Problem> {
    let bytes = backtests::result(&platform, &caller, id).await?;
    Ok(([(CONTENT_TYPE, "application/json")], bytes).into_response())
}

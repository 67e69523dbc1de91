//! `/api/dashboard`.

use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    Routes,
    extract::{Answer, Asked, Json, Query},
    query::Within,
};
use crate::{
    domain::time::Timestamp,
    service::{
        dashboard, metrics,
        views::{Dashboard, Metrics, Realtime},
    },
};

pub(super) fn routes() -> Routes {
    OpenApiRouter::new().routes(routes!(overview)).routes(routes!(realtime)).routes(routes!(figures))
}

/// From when on.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Since {
    /// From when on things are counted; a day before now where nothing is said.
    since: Option<Timestamp>,
}

/// What is going on, at a glance.
#[utoipa::path(get, path = "/api/dashboard", tag = "dashboard", params(Since),
    responses((status = 200, description = "What is going on.", body = Dashboard)), security(("key" = ["viewer"])))]
async fn overview(
    Asked { platform, caller }: Asked,
    Query(Since { since }): Query<Since>,
) -> Answer<Dashboard> {
    Ok(Json(dashboard::dashboard(&platform, &caller, since).await?))
}

/// What is under way now.
#[utoipa::path(get, path = "/api/dashboard/realtime", tag = "dashboard",
    responses((status = 200, description = "What is under way.", body = Realtime)), security(("key" = ["viewer"])))]
async fn realtime(Asked { platform, caller }: Asked) -> Answer<Realtime> {
    Ok(Json(dashboard::realtime(&platform, &caller).await?))
}

/// How well the platform does its work; over a day where no period is given.
#[utoipa::path(get, path = "/api/dashboard/metrics", tag = "dashboard", params(Within),
    responses((status = 200, description = "The figures.", body = Metrics)), security(("key" = ["viewer"])))]
async fn figures(Asked { platform, caller }: Asked, Query(period): Query<Within>) -> Answer<Metrics> {
    Ok(Json(metrics::metrics(&platform, &caller, period.into()).await?))
}

//! `/metrics`.

use axum::{
    http::header::CONTENT_TYPE,
    response::{IntoResponse as _, Response},
};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{Problem, Routes, extract::Asked};
use crate::{observe::metrics, service};

pub(super) fn routes() -> Routes {
    OpenApiRouter::new().routes(routes!(figures))
}

/// Figures of this host for Prometheus, which sends the key as a bearer token.
#[utoipa::path(get, path = "/metrics", tag = "health",
    responses((status = 200, description = "The figures.", content((String = "application/openmetrics-text")))),
    security(("key" = ["viewer"])))]
async fn figures(Asked { platform, caller }: Asked) -> Result<Response, Problem> {
    let text = service::metrics::text(&platform, &caller).await?;
    Ok(([(CONTENT_TYPE, metrics::CONTENT_TYPE)], text).into_response())
}

//! `/metrics`.

use axum::http::header::CONTENT_TYPE;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{Problem, Routes, extract::Asked};
use crate::{
    access::Scope,
    observe::metrics::{self, MetricsError},
    service::ServiceError,
};

pub(super) fn routes() -> Routes {
    OpenApiRouter::new().routes(routes!(figures))
}

/// Figures for Prometheus (OpenMetrics text).
#[utoipa::path(get, path = "/metrics", tag = "health",
    responses((status = 200, description = "The figures.", body = String, content_type = "application/openmetrics-text")),
    security(("key" = ["viewer"])))]
async fn figures(
    Asked { platform, caller }: Asked,
) -> Result<([(axum::http::HeaderName, &'static str); 1], String), Problem> {
    caller.check(Scope::Viewer)?;
    let text = metrics::render(&platform).await.map_err(|error| match error {
        MetricsError::Store(error) => ServiceError::from(error),
        MetricsError::Text(_) => ServiceError::Internal(error.into()),
    })?;
    Ok(([(CONTENT_TYPE, metrics::CONTENT_TYPE)], text))
}

//! `/api/anomalies`.

use std::sync::Arc;

use axum::{
    Extension, Json, Router,
    extract::{Path, State},
    routing::get,
};
use uuid::Uuid;

use super::Problem;
use crate::{
    access::Caller,
    service::{Platform, anomalies, views::Anomaly},
};

pub(super) fn routes() -> Router<Arc<Platform>> {
    Router::new().route("/api/anomalies/{id}", get(one))
}

async fn one(
    State(platform): State<Arc<Platform>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<Uuid>,
) -> Result<Json<Anomaly>, Problem> {
    Ok(Json(anomalies::get(&platform, &caller, id).await?))
}

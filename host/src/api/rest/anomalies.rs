//! `/api/anomalies`.

use std::sync::Arc;

use axum::{Extension, Router, extract::State, routing::get};
use uuid::Uuid;

use super::{
    Problem,
    extract::{Json, Path},
};
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

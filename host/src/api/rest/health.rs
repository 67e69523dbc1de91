//! Liveness, readiness and version: the only things that ask for no key.

use std::sync::Arc;

use axum::{Json, Router, routing::get};
use serde_json::{Value, json};

use crate::service::Platform;

pub(super) fn routes() -> Router<Arc<Platform>> {
    Router::new().route("/api/health/live", get(live)).route("/api/version", get(version))
}

async fn live() -> Json<Value> {
    Json(json!({ "status": "live" }))
}

async fn version() -> Json<Value> {
    Json(json!({ "version": env!("CARGO_PKG_VERSION") }))
}

//! REST under `/api`.

mod anomalies;
pub mod extract;
mod health;
mod problem;

use std::sync::Arc;

use axum::Router;

use crate::service::Platform;

pub use problem::Problem;

/// What asks for a key.
pub(super) fn routes() -> Router<Arc<Platform>> {
    Router::new().merge(anomalies::routes())
}

/// What anybody may ask.
pub(super) fn public_routes() -> Router<Arc<Platform>> {
    health::routes()
}

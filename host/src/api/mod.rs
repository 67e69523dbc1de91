//! GraphQL and REST over the same [`service`](crate::service) layer.

pub mod graphql;
mod identify;
pub mod rest;

use std::sync::Arc;

use axum::{Router, middleware};

use crate::service::Platform;

/// Everything that a host answers.
pub fn router(platform: &Arc<Platform>) -> Router {
    let guarded = Router::new()
        .merge(graphql::routes(platform))
        .merge(rest::routes())
        .layer(middleware::from_fn_with_state(Arc::clone(platform), identify::identify));
    guarded.merge(rest::public_routes()).with_state(Arc::clone(platform))
}

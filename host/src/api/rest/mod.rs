//! REST under `/api`: it reads requests and shows answers, and [`service`](crate::service) does the rest.

mod actions;
mod anomalies;
mod backtest;
mod blockchain;
mod conditional;
mod controls;
mod dashboard;
mod decisions;
mod docs;
mod document;
pub mod extract;
mod figures;
mod format;
mod health;
mod idempotent;
mod ingest;
mod ingest_feed;
mod jobs;
mod keys;
mod known;
mod notifications;
mod operations;
mod page;
mod plugins;
mod policies;
mod problem;
mod query;
mod row_body;
mod rows;
mod scopes;

use std::sync::Arc;

use axum::{
    Extension, Router,
    middleware::{from_fn, from_fn_with_state},
};
use utoipa::OpenApi as _;
use utoipa_axum::router::OpenApiRouter;

use crate::{config::Config, service::Platform};

pub use document::document;
pub use problem::Problem;

/// Handlers, and what they say about themselves.
type Routes = OpenApiRouter<Arc<Platform>>;

/// What asks for a key.
pub(super) fn routes(platform: &Arc<Platform>) -> Router<Arc<Platform>> {
    let (router, _) = guarded().split_for_parts();
    let document = document();
    router
        .layer(from_fn(conditional::conditional))
        .route_layer(from_fn_with_state(Arc::clone(platform), idempotent::once))
        .route_layer(from_fn_with_state(known::of(&document), known::check))
        .route_layer(from_fn_with_state(scopes::of(&document), scopes::check))
}

/// What anybody may ask; the documentation too, where it is served.
pub(super) fn public_routes(config: &Config) -> Router<Arc<Platform>> {
    let (router, _) = health::public_routes().split_for_parts();
    let router = if config.has_docs() { router.merge(docs::routes()) } else { router };
    router.layer(from_fn(conditional::conditional))
}

/// What says who it is once it is connected.
pub(super) fn socket_routes(platform: &Arc<Platform>) -> Router<Arc<Platform>> {
    let (router, _) = ingest_feed::routes().split_for_parts();
    router.layer(Extension(ingest_feed::Door::new(platform)))
}

fn guarded() -> Routes {
    OpenApiRouter::new()
        .merge(anomalies::routes())
        .merge(decisions::routes())
        .merge(actions::routes())
        .merge(blockchain::routes())
        .merge(notifications::routes())
        .merge(dashboard::routes())
        .merge(backtest::routes())
        .merge(controls::routes())
        .merge(plugins::routes())
        .merge(policies::routes())
        .merge(figures::routes())
        .merge(ingest::routes())
        .merge(jobs::routes())
        .merge(keys::routes())
        .merge(health::routes())
}

/// All operations, for the document.
fn operations() -> Routes {
    OpenApiRouter::with_openapi(document::Frame::openapi())
        .merge(guarded())
        .merge(health::public_routes())
        .merge(ingest_feed::routes())
}

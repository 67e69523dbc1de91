//! GraphQL and REST over the same [`service`](crate::service) layer.

mod apart;
mod bounds;
mod client_address;
pub mod graphql;
mod headers;
mod identify;
mod origins;
mod problems;
mod request_id;
pub mod rest;
mod sockets;

use std::sync::Arc;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    middleware::{from_fn, from_fn_with_state},
};
use tower_http::{
    catch_panic::CatchPanicLayer, compression::CompressionLayer, decompression::RequestDecompressionLayer,
    limit::RequestBodyLimitLayer,
};

use crate::{observe::metrics, service::Platform};

pub use client_address::ClientAddress;
pub use request_id::RequestId;

/// Everything that a host answers.
pub fn router(platform: &Arc<Platform>) -> Router {
    let guarded = Router::new()
        .merge(graphql::routes(platform))
        .merge(rest::routes(platform))
        .route_layer(from_fn_with_state(Arc::clone(platform), identify::identify));
    let public = rest::public_routes(&platform.config)
        .merge(graphql::public_routes(&platform.config))
        .merge(graphql::socket_routes(platform))
        .merge(rest::socket_routes(platform));
    let router = guarded.merge(public).with_state(Arc::clone(platform));
    around(router, platform)
}

/// What every request passes, from the last line to the first.
fn around(router: Router, platform: &Arc<Platform>) -> Router {
    let config = &platform.config.server;
    let proxies = config.trusted_proxies.clone().into();
    router
        .layer(RequestBodyLimitLayer::new(config.max_body_bytes.get()))
        // The layer before has the say, for whatever reads the body.
        .layer(DefaultBodyLimit::disable())
        .layer(RequestDecompressionLayer::new())
        .layer(from_fn_with_state(config.request_timeout(), bounds::in_time))
        .layer(from_fn_with_state(proxies, client_address::locate))
        .layer(from_fn_with_state(Arc::new(config.clone()), origins::check))
        .layer(origins::cors(&config.allowed_origins))
        .layer(CatchPanicLayer::custom(bounds::panicked))
        .layer(from_fn(problems::say))
        .layer(from_fn(headers::guard))
        .layer(CompressionLayer::new().gzip(config.gzip))
        .layer(from_fn_with_state(Arc::clone(platform), metrics::measure))
        .layer(from_fn(request_id::name))
}

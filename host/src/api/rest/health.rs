//! `/api/health` and `/api/version`. Liveness, readiness and version are the only things that ask for no key.

use std::sync::Arc;

use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    Routes,
    extract::{Answer, Asked, Json},
};
use crate::service::{
    Platform, system,
    views::{Health, Version},
};

pub(super) fn routes() -> Routes {
    OpenApiRouter::new().routes(routes!(health))
}

pub(super) fn public_routes() -> Routes {
    OpenApiRouter::new().routes(routes!(live)).routes(routes!(ready)).routes(routes!(version))
}

/// How a probe finds this host.
#[derive(Serialize, ToSchema)]
struct Probe {
    /// `live` or `ready`.
    status: &'static str,
}

/// How the platform is, part by part.
#[utoipa::path(get, path = "/api/health", tag = "health",
    responses((status = 200, description = "How it is.", body = Health)), security(("key" = ["viewer"])))]
async fn health(Asked { platform, caller }: Asked) -> Answer<Health> {
    Ok(Json(system::health(&platform, &caller).await?))
}

/// Whether this process answers at all; if not, start it anew.
#[utoipa::path(get, path = "/api/health/live", tag = "health",
    responses((status = 200, description = "It does.", body = Probe)))]
async fn live() -> Json<Probe> {
    Json(Probe { status: "live" })
}

/// Whether this host can do its work now; if not, send it nothing.
#[utoipa::path(get, path = "/api/health/ready", tag = "health",
    responses((status = 200, description = "It can.", body = Probe)))]
async fn ready(State(platform): State<Arc<Platform>>) -> Answer<Probe> {
    system::ready(&platform).await?;
    Ok(Json(Probe { status: "ready" }))
}

/// What runs here.
#[utoipa::path(get, path = "/api/version", tag = "health",
    responses((status = 200, description = "The versions.", body = Version)))]
async fn version() -> Json<Version> {
    Json(system::version())
}

//! `/api/plugins`.

use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    Problem, Routes,
    extract::{Answer, Asked, Json},
};
use crate::{
    ledger::hash::Hash,
    service::{
        ServiceError, plugins,
        views::{PluginSet, PluginVersion, Reloaded},
    },
};

pub(super) fn routes() -> Routes {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(versions))
        .routes(routes!(reload))
        .routes(routes!(roll_back))
}

/// The plugins that run, with their figures.
#[utoipa::path(get, path = "/api/plugins", tag = "plugins",
    responses((status = 200, description = "The set.", body = PluginSet)), security(("key" = ["viewer"])))]
async fn list(Asked { platform, caller }: Asked) -> Answer<PluginSet> {
    Ok(Json(plugins::list(&platform, &caller)?))
}

/// Plugins that are kept since they ran, newest first, at most 100.
#[utoipa::path(get, path = "/api/plugins/versions", tag = "plugins",
    responses((status = 200, description = "The versions.", body = Vec<PluginVersion>)),
    security(("key" = ["viewer"])))]
async fn versions(Asked { platform, caller }: Asked) -> Answer<Vec<PluginVersion>> {
    Ok(Json(plugins::kept(&platform, &caller).await?))
}

/// Reads the folder of plugins anew: that set runs from here on, or is refused whole.
#[utoipa::path(post, path = "/api/plugins/reload", tag = "plugins",
    responses((status = 200, description = "The set.", body = Reloaded)), security(("key" = ["admin"])))]
async fn reload(Asked { platform, caller }: Asked) -> Answer<Reloaded> {
    Ok(Json(plugins::reload(&platform, &caller).await?))
}

/// A version that was kept.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct KeptVersion {
    /// Its SHA-256, hexadecimal.
    #[schema(pattern = "^[0-9a-f]{64}$")]
    hash: String,
}

impl KeptVersion {
    /// The hash.
    pub(super) fn read(&self) -> Result<Hash, Problem> {
        let read = self.hash.parse();
        Ok(read.map_err(|_| ServiceError::invalid("hash", "write 64 lower-case hexadecimal digits"))?)
    }
}

/// Brings a kept version back in the place of the plugin of its name.
#[utoipa::path(post, path = "/api/plugins/rollback", tag = "plugins", request_body = KeptVersion,
    responses((status = 200, description = "The set.", body = Reloaded)), security(("key" = ["admin"])))]
async fn roll_back(Asked { platform, caller }: Asked, Json(version): Json<KeptVersion>) -> Answer<Reloaded> {
    Ok(Json(plugins::roll_back(&platform, &caller, version.read()?).await?))
}

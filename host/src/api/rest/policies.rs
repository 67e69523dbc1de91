//! `/api/policies`.

use std::collections::BTreeMap;

use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    Problem, Routes,
    extract::{Answer, Asked, Json, Path},
    plugins::KeptVersion,
};
use crate::{
    domain::time::Timestamp,
    service::{
        ServiceError, policies,
        views::{PolicyDryRun, PolicySet, PolicyVersion},
    },
};

pub(super) fn routes() -> Routes {
    OpenApiRouter::new()
        .routes(routes!(versions))
        .routes(routes!(live))
        .routes(routes!(reload))
        .routes(routes!(roll_back))
        .routes(routes!(dry_run))
        .routes(routes!(get))
}

/// Sets of policies that are kept, newest first, at most 100.
#[utoipa::path(get, path = "/api/policies", tag = "policies",
    responses((status = 200, description = "The sets.", body = Vec<PolicyVersion>)), security(("key" = ["viewer"])))]
async fn versions(Asked { platform, caller }: Asked) -> Answer<Vec<PolicyVersion>> {
    Ok(Json(policies::versions(&platform, &caller).await?))
}

/// The set that decides, with its files.
#[utoipa::path(get, path = "/api/policies/live", tag = "policies",
    responses((status = 200, description = "The set.", body = PolicySet)), security(("key" = ["viewer"])))]
async fn live(Asked { platform, caller }: Asked) -> Answer<PolicySet> {
    Ok(Json(policies::live(&platform, &caller).await?))
}

/// A set that decides or decided before, with its files.
#[utoipa::path(get, path = "/api/policies/{hash}", tag = "policies",
    params(("hash" = String, Path, description = "Its SHA-256, 64 hexadecimal digits.")),
    responses((status = 200, description = "The set.", body = PolicySet)), security(("key" = ["viewer"])))]
async fn get(Asked { platform, caller }: Asked, Path(hash): Path<String>) -> Answer<PolicySet> {
    let hash = hash.parse().map_err(|_| {
        Problem::of_parameter(ServiceError::invalid("hash", "write 64 lower-case hexadecimal digits"))
    })?;
    Ok(Json(policies::get(&platform, &caller, hash).await?))
}

/// Reads the folder of policies anew: that set decides from here on, or is refused whole.
#[utoipa::path(post, path = "/api/policies/reload", tag = "policies",
    responses((status = 200, description = "The set.", body = PolicySet)), security(("key" = ["admin"])))]
async fn reload(Asked { platform, caller }: Asked) -> Answer<PolicySet> {
    Ok(Json(policies::reload(&platform, &caller).await?))
}

/// Lets a kept set decide from here on.
#[utoipa::path(post, path = "/api/policies/rollback", tag = "policies", request_body = KeptVersion,
    responses((status = 200, description = "The set.", body = PolicySet)), security(("key" = ["admin"])))]
async fn roll_back(Asked { platform, caller }: Asked, Json(version): Json<KeptVersion>) -> Answer<PolicySet> {
    Ok(Json(policies::roll_back(&platform, &caller, version.read()?).await?))
}

/// Edited policies.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Edited {
    /// Texts by file name, as in `default.rhai`; what is not given is as in the set that decides.
    files: BTreeMap<String, String>,
    /// Only anomalies that opened then or later.
    since: Option<Timestamp>,
}

/// Judges what is on record by edited policies, and shows which decisions would be others. Nothing is changed.
#[utoipa::path(post, path = "/api/policies/dry-run", tag = "policies", request_body = Edited,
    responses((status = 200, description = "What would be other.", body = PolicyDryRun)),
    security(("key" = ["operator"])))]
async fn dry_run(Asked { platform, caller }: Asked, Json(edited): Json<Edited>) -> Answer<PolicyDryRun> {
    Ok(Json(policies::dry_run(&platform, &caller, edited.files, edited.since).await?))
}

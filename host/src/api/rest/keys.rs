//! `/api/keys`.

use axum::http::{HeaderMap, StatusCode};
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    Problem, Routes,
    extract::{Answer, Asked, Json, Path},
    idempotent::name,
};
use crate::service::{
    keys::{self, CreateKey},
    views::{ApiKey, CreatedKey},
};

pub(super) fn routes() -> Routes {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(revoke))
}

/// All keys, those that are revoked too, newest first, at most 1,000.
#[utoipa::path(get, path = "/api/keys", tag = "keys",
    responses((status = 200, description = "The keys, without what is secret.", body = Vec<ApiKey>)),
    security(("key" = ["admin"])))]
async fn list(Asked { platform, caller }: Asked) -> Answer<Vec<ApiKey>> {
    Ok(Json(keys::list(&platform, &caller).await?))
}

/// Makes a key, and shows it this once. It takes no `Idempotency-Key`, since its answer is kept nowhere.
#[utoipa::path(post, path = "/api/keys", tag = "keys", request_body = CreateKey,
    responses((status = 201, description = "The key.", body = CreatedKey)), security(("key" = ["admin"])))]
async fn create(
    Asked { platform, caller }: Asked,
    headers: HeaderMap,
    Json(new): Json<CreateKey>,
) -> Result<(StatusCode, Json<CreatedKey>), Problem> {
    if name(&headers).is_some() {
        let detail = "a key is shown once, so the answer is not kept; send this without it";
        let problem = Problem::new(StatusCode::BAD_REQUEST, "INVALID", format!("Idempotency-Key: {detail}"));
        return Err(problem.in_parameter("Idempotency-Key", detail));
    }
    Ok((StatusCode::CREATED, Json(keys::create(&platform, &caller, &new).await?)))
}

/// Takes a key out of force: within two seconds it opens nothing any more.
#[utoipa::path(delete, path = "/api/keys/{id}", tag = "keys", params(("id" = Uuid, Path, description = "Its id.")),
    responses((status = 204, description = "It is revoked.")), security(("key" = ["admin"])))]
async fn revoke(Asked { platform, caller }: Asked, Path(id): Path<Uuid>) -> Result<StatusCode, Problem> {
    keys::revoke(&platform, &caller, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

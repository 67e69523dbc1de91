//! `/api/blockchain`.

use axum::{
    body::Body,
    http::{
        HeaderMap, HeaderValue, StatusCode, Uri,
        header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, ETAG, IF_NONE_MATCH},
    },
    response::{IntoResponse as _, Response},
};
use futures::TryStreamExt as _;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    Problem, Routes,
    conditional::is_known,
    extract::{Answer, Asked, Json, Path, Query},
    page::{Page, Paged, paged},
    query::{Turn, Within},
};
use crate::{
    domain::vocabulary::BlockType,
    service::{
        ledger::{self, BlockFilter, BlockId},
        views::{Block, BlockchainStats, LedgerHead, LedgerVerification},
    },
};

pub(super) fn routes() -> Routes {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(stats))
        .routes(routes!(head))
        .routes(routes!(export))
        .routes(routes!(verify))
        .routes(routes!(get))
        .routes(routes!(proof))
}

/// Which blocks; all where nothing is said.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Filter {
    /// Of this type.
    #[serde(rename = "type")]
    block_type: Option<BlockType>,
}

/// Blocks, newest first.
#[utoipa::path(get, path = "/api/blockchain", tag = "blockchain", params(Filter, Within, Turn),
    responses((status = 200, description = "A page of them.", body = Page<Block>)), security(("key" = ["viewer"])))]
async fn list(
    Asked { platform, caller }: Asked,
    uri: Uri,
    Query(filter): Query<Filter>,
    Query(sealed): Query<Within>,
    Query(turn): Query<Turn>,
) -> Result<Paged<Block>, Problem> {
    let filter = BlockFilter { block_type: filter.block_type, sealed: sealed.into() };
    Ok(paged(ledger::list(&platform, &caller, filter, turn.window()?).await?, &uri))
}

/// Figures about the chain.
#[utoipa::path(get, path = "/api/blockchain/stats", tag = "blockchain", params(Within),
    responses((status = 200, description = "The figures.", body = BlockchainStats)), security(("key" = ["viewer"])))]
async fn stats(Asked { platform, caller }: Asked, Query(sealed): Query<Within>) -> Answer<BlockchainStats> {
    Ok(Json(ledger::statistics(&platform, &caller, sealed.into()).await?))
}

/// The signed end of the chain, with its checkpoint.
#[utoipa::path(get, path = "/api/blockchain/head", tag = "blockchain",
    responses((status = 200, description = "The head.", body = LedgerHead)), security(("key" = ["viewer"])))]
async fn head(Asked { platform, caller }: Asked) -> Answer<LedgerHead> {
    Ok(Json(ledger::head(&platform, &caller).await?))
}

/// The whole chain, for `host ledger verify --file`.
#[utoipa::path(get, path = "/api/blockchain/export", tag = "blockchain",
    responses((status = 200, description = "A header, a line for each block, and the signed head.",
        content((String = "application/x-ndjson")))), security(("key" = ["viewer"])))]
async fn export(Asked { platform, caller }: Asked) -> Result<Response, Problem> {
    let pieces = ledger::export(&platform, &caller).await?.inspect_err(|error| {
        tracing::error!("an export of the ledger broke off: {error}");
    });
    let mut response = Response::new(Body::from_stream(pieces));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-ndjson"));
    headers.insert(CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"ledger.ndjson\""));
    Ok(response)
}

/// Which blocks are checked; all where nothing is said.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
struct Range {
    /// The first.
    from: u64,
    /// The last.
    to: u64,
}

impl Default for Range {
    fn default() -> Self {
        Self { from: 0, to: u64::MAX }
    }
}

/// Checks hashes, signatures and links of the chain against this host's key and the head kept outside the database.
#[utoipa::path(post, path = "/api/blockchain/verify", tag = "blockchain", request_body = Range,
    responses((status = 200, description = "What was found.", body = LedgerVerification)),
    security(("key" = ["viewer"])))]
async fn verify(
    Asked { platform, caller }: Asked,
    Json(Range { from, to }): Json<Range>,
) -> Answer<LedgerVerification> {
    Ok(Json(ledger::verify(&platform, &caller, from..=to).await?))
}

/// One block.
#[utoipa::path(get, path = "/api/blockchain/{id}", tag = "blockchain",
    params(("id" = String, Path, description = "Its number or its hash.")),
    responses((status = 200, description = "The block.", body = Block)), security(("key" = ["viewer"])))]
async fn get(Asked { platform, caller }: Asked, Path(id): Path<String>) -> Answer<Block> {
    let id = BlockId::parse(&id).map_err(Problem::of_parameter)?;
    Ok(Json(ledger::get(&platform, &caller, id).await?))
}

/// Proof that a block is in the ledger: a file for `host ledger check-proof`.
#[utoipa::path(get, path = "/api/blockchain/{id}/proof", tag = "blockchain",
    params(("id" = String, Path, description = "Its number or its hash.")),
    responses((status = 200, description = "A c2sp.org/tlog-proof@v1.", content((String = "text/plain")))),
    security(("key" = ["viewer"])))]
async fn proof(asked: Asked, headers: HeaderMap, Path(id): Path<String>) -> Result<Response, Problem> {
    proven(&asked, &headers, BlockId::parse(&id).map_err(Problem::of_parameter)?).await
}

/// A proof, unless the client has the one for this block and this head.
pub(super) async fn proven(asked: &Asked, headers: &HeaderMap, id: BlockId) -> Result<Response, Problem> {
    let Asked { platform, caller } = asked;
    let block = ledger::get(platform, caller, id).await?;
    let size = ledger::head(platform, caller).await?.size;
    let tag = HeaderValue::try_from(format!("\"{}-{size}\"", block.number)).ok();
    let is_known = tag.as_ref().is_some_and(|tag| is_known(headers.get(IF_NONE_MATCH), tag));
    let mut response = if is_known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let proof = ledger::prove(platform, caller, BlockId::Number(block.number)).await?;
        ([(CONTENT_TYPE, "text/plain; charset=utf-8")], proof).into_response()
    };
    response.headers_mut().extend(tag.map(|tag| (ETAG, tag)));
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    Ok(response)
}

//! `/api/anomalies`.

use axum::{
    http::{HeaderMap, Uri},
    response::Response,
};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    Problem, Routes,
    blockchain::proven,
    extract::{Answer, Asked, Json, Path, Query},
    format::{Format, whole},
    page::{Page, Paged, paged},
    query::{OfUser, Turn, Within, Written},
};
use crate::{
    domain::{finding::Severity, vocabulary::AnomalyType},
    service::{
        ServiceError,
        anomalies::{self, AnomalyFilter},
        exports::columns,
        ledger::{self, BlockId},
        statistics,
        views::{Anomaly, AnomalyCount, AnomalyFamily, BehaviorStats, Block, ConflictStats},
    },
};

pub(super) fn routes() -> Routes {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(export))
        .routes(routes!(stats))
        .routes(routes!(conflict_stats))
        .routes(routes!(behavior_stats))
        .routes(routes!(get))
        .routes(routes!(mark))
        .routes(routes!(blocks))
        .routes(routes!(proof))
}

/// Which anomalies; all where nothing is said.
#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
struct Filter {
    /// Of this family.
    family: Option<AnomalyFamily>,
    /// About this symbol.
    symbol: Option<String>,
    /// About this trader.
    user_id: Option<String>,
    /// Of this type.
    #[serde(rename = "type")]
    anomaly_type: Option<AnomalyType>,
    /// Of this severity.
    severity: Option<Severity>,
    /// About which a person said that they are real, or not.
    is_real: Option<bool>,
}

impl Filter {
    fn within(self, opened: Within) -> AnomalyFilter {
        AnomalyFilter {
            family: self.family,
            symbol: self.symbol,
            user_id: self.user_id,
            anomaly_type: self.anomaly_type,
            severity: self.severity,
            opened: opened.into(),
            is_real: self.is_real,
        }
    }
}

/// Anomalies, newest first.
#[utoipa::path(get, path = "/api/anomalies", tag = "anomalies", params(Filter, Within, Turn),
    responses((status = 200, description = "A page of them.", body = Page<Anomaly>)), security(("key" = ["viewer"])))]
async fn list(
    Asked { platform, caller }: Asked,
    uri: Uri,
    Query(filter): Query<Filter>,
    Query(opened): Query<Within>,
    Query(turn): Query<Turn>,
) -> Result<Paged<Anomaly>, Problem> {
    let listed = anomalies::list(&platform, &caller, &filter.within(opened), turn.window()?).await?;
    Ok(paged(listed, &uri))
}

/// All anomalies as a file, newest first.
#[utoipa::path(get, path = "/api/anomalies/export", tag = "anomalies", params(Filter, Within, Written),
    responses((status = 200, description = "Written while it is read.",
        content((String = "application/x-ndjson"), (String = "text/csv")))), security(("key" = ["viewer"])))]
async fn export(
    Asked { platform, caller }: Asked,
    headers: HeaderMap,
    Query(filter): Query<Filter>,
    Query(opened): Query<Within>,
    Query(written): Query<Written>,
) -> Result<Response, Problem> {
    let filter = filter.within(opened);
    whole("anomalies", Format::wanted(written.format, &headers), columns::ANOMALIES, move |window| {
        let (platform, caller, filter) = (platform.clone(), caller.clone(), filter.clone());
        async move { anomalies::list(&platform, &caller, &filter, window).await }
    })
    .await
}

/// How many anomalies there are, by family, type and severity.
#[utoipa::path(get, path = "/api/anomalies/stats", tag = "anomalies", params(Within),
    responses((status = 200, description = "The counts.", body = Vec<AnomalyCount>)), security(("key" = ["viewer"])))]
async fn stats(Asked { platform, caller }: Asked, Query(opened): Query<Within>) -> Answer<Vec<AnomalyCount>> {
    Ok(Json(statistics::anomaly_counts(&platform, &caller, opened.into()).await?))
}

/// How the algorithms that work for a trader contradict each other.
#[utoipa::path(get, path = "/api/anomalies/stats/conflicts", tag = "anomalies", params(OfUser, Within),
    responses((status = 200, description = "The figures.", body = ConflictStats)), security(("key" = ["viewer"])))]
async fn conflict_stats(
    Asked { platform, caller }: Asked,
    Query(OfUser { user_id }): Query<OfUser>,
    Query(opened): Query<Within>,
) -> Answer<ConflictStats> {
    let found = statistics::conflict_stats(&platform, &caller, &user_id, opened.into()).await?;
    Ok(Json(found.ok_or_else(|| ServiceError::not_found("conflict about", user_id))?))
}

/// What is out of the ordinary in how a trader trades.
#[utoipa::path(get, path = "/api/anomalies/stats/behavior", tag = "anomalies", params(OfUser, Within),
    responses((status = 200, description = "The figures.", body = BehaviorStats)), security(("key" = ["viewer"])))]
async fn behavior_stats(
    Asked { platform, caller }: Asked,
    Query(OfUser { user_id }): Query<OfUser>,
    Query(opened): Query<Within>,
) -> Answer<BehaviorStats> {
    let found = statistics::behavior_stats(&platform, &caller, &user_id, opened.into()).await?;
    Ok(Json(found.ok_or_else(|| ServiceError::not_found("behavior anomaly of", user_id))?))
}

/// One anomaly.
#[utoipa::path(get, path = "/api/anomalies/{id}", tag = "anomalies", params(("id" = Uuid, Path, description = "Its id.")),
    responses((status = 200, description = "The anomaly.", body = Anomaly)), security(("key" = ["viewer"])))]
async fn get(Asked { platform, caller }: Asked, Path(id): Path<Uuid>) -> Answer<Anomaly> {
    Ok(Json(anomalies::get(&platform, &caller, id).await?))
}

/// What a person says about an anomaly.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Mark {
    /// Whether it is real.
    is_real: bool,
}

/// Takes down that an anomaly is real, or is not.
#[utoipa::path(post, path = "/api/anomalies/{id}/mark", tag = "anomalies",
    params(("id" = Uuid, Path, description = "Its id.")), request_body = Mark,
    responses((status = 200, description = "The anomaly.", body = Anomaly)), security(("key" = ["operator"])))]
async fn mark(
    Asked { platform, caller }: Asked,
    Path(id): Path<Uuid>,
    Json(mark): Json<Mark>,
) -> Answer<Anomaly> {
    Ok(Json(anomalies::mark(&platform, &caller, id, mark.is_real).await?))
}

/// Blocks about an anomaly, its decision, actions and notifications, oldest first.
#[utoipa::path(get, path = "/api/anomalies/{id}/blocks", tag = "anomalies",
    params(("id" = Uuid, Path, description = "Its id.")),
    responses((status = 200, description = "The blocks.", body = Vec<Block>)), security(("key" = ["viewer"])))]
async fn blocks(Asked { platform, caller }: Asked, Path(id): Path<Uuid>) -> Answer<Vec<Block>> {
    Ok(Json(ledger::of_anomaly(&platform, &caller, id).await?))
}

/// Proof that the ledger has the finding: a file for `host ledger check-proof`.
#[utoipa::path(get, path = "/api/anomalies/{id}/proof", tag = "anomalies",
    params(("id" = Uuid, Path, description = "Its id.")),
    responses((status = 200, description = "A c2sp.org/tlog-proof@v1 of its first block.",
        content((String = "text/plain")))), security(("key" = ["viewer"])))]
async fn proof(asked: Asked, headers: HeaderMap, Path(id): Path<Uuid>) -> Result<Response, Problem> {
    let blocks = ledger::of_anomaly(&asked.platform, &asked.caller, id).await?;
    let first = blocks.first().ok_or_else(|| ServiceError::not_found("anomaly", id))?;
    proven(&asked, &headers, BlockId::Number(first.number)).await
}

//! `/api/decisions`.

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
    extract::{Answer, Asked, Json, Path, Query},
    format::{Format, whole},
    page::{Page, Paged, paged},
    query::{Turn, Within, Written},
};
use crate::{
    domain::vocabulary::{DecidedBy, DecisionStatus, DecisionType},
    service::{
        actions,
        decisions::{self, DecisionFilter, OverrideDecision},
        exports::columns,
        views::{Action, Decision, DecisionRevision, DecisionStats, ModelStats},
    },
};

pub(super) fn routes() -> Routes {
    OpenApiRouter::new()
        .routes(routes!(list, make))
        .routes(routes!(review))
        .routes(routes!(stats))
        .routes(routes!(models))
        .routes(routes!(export))
        .routes(routes!(get))
        .routes(routes!(overrule))
        .routes(routes!(revisions))
        .routes(routes!(of_decision))
}

/// Which decisions; all where nothing is said.
#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
struct Filter {
    /// Decisions to do this.
    decision: Option<DecisionType>,
    /// That are this far.
    status: Option<DecisionStatus>,
    /// That were made so.
    decided_by: Option<DecidedBy>,
    /// For which a model of this provider was asked.
    provider: Option<String>,
    /// At least this sure, 0 to 1.
    min_confidence: Option<f64>,
    /// At most this sure, 0 to 1.
    max_confidence: Option<f64>,
}

impl Filter {
    fn within(self, decided: Within) -> DecisionFilter {
        DecisionFilter {
            decision: self.decision,
            status: self.status,
            decided_by: self.decided_by,
            provider: self.provider,
            min_confidence: self.min_confidence,
            max_confidence: self.max_confidence,
            decided: decided.into(),
        }
    }
}

/// Decisions, newest first.
#[utoipa::path(get, path = "/api/decisions", tag = "decisions", params(Filter, Within, Turn),
    responses((status = 200, description = "A page of them.", body = Page<Decision>)), security(("key" = ["viewer"])))]
async fn list(
    Asked { platform, caller }: Asked,
    uri: Uri,
    Query(filter): Query<Filter>,
    Query(decided): Query<Within>,
    Query(turn): Query<Turn>,
) -> Result<Paged<Decision>, Problem> {
    let listed = decisions::list(&platform, &caller, &filter.within(decided), turn.window()?).await?;
    Ok(paged(listed, &uri))
}

/// What is to be decided.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct MakeDecision {
    /// The anomaly.
    anomaly_id: Uuid,
}

/// Has the policies decide about an anomaly that is not decided about.
#[utoipa::path(post, path = "/api/decisions", tag = "decisions", request_body = MakeDecision,
    responses((status = 200, description = "The decision.", body = Decision)), security(("key" = ["operator"])))]
async fn make(Asked { platform, caller }: Asked, Json(asked): Json<MakeDecision>) -> Answer<Decision> {
    Ok(Json(decisions::decide(&platform, &caller, asked.anomaly_id).await?))
}

/// What waits for a person, longest waiting first.
#[utoipa::path(get, path = "/api/decisions/review", tag = "decisions", params(Turn),
    responses((status = 200, description = "A page of it.", body = Page<Decision>)), security(("key" = ["viewer"])))]
async fn review(
    Asked { platform, caller }: Asked,
    uri: Uri,
    Query(turn): Query<Turn>,
) -> Result<Paged<Decision>, Problem> {
    Ok(paged(decisions::for_review(&platform, &caller, turn.window()?).await?, &uri))
}

/// Figures of decisions: of all, by decision, by who decided, and by provider.
#[utoipa::path(get, path = "/api/decisions/stats", tag = "decisions", params(Within),
    responses((status = 200, description = "The figures.", body = Vec<DecisionStats>)), security(("key" = ["viewer"])))]
async fn stats(
    Asked { platform, caller }: Asked,
    Query(decided): Query<Within>,
) -> Answer<Vec<DecisionStats>> {
    Ok(Json(decisions::stats(&platform, &caller, decided.into()).await?))
}

/// How each language model does.
#[utoipa::path(get, path = "/api/decisions/models", tag = "decisions", params(Within),
    responses((status = 200, description = "The figures.", body = Vec<ModelStats>)), security(("key" = ["viewer"])))]
async fn models(Asked { platform, caller }: Asked, Query(decided): Query<Within>) -> Answer<Vec<ModelStats>> {
    Ok(Json(decisions::model_stats(&platform, &caller, decided.into()).await?))
}

/// All decisions as a file, newest first.
#[utoipa::path(get, path = "/api/decisions/export", tag = "decisions", params(Filter, Within, Written),
    responses((status = 200, description = "Written while it is read.",
        content((String = "application/x-ndjson"), (String = "text/csv")))), security(("key" = ["viewer"])))]
async fn export(
    Asked { platform, caller }: Asked,
    headers: HeaderMap,
    Query(filter): Query<Filter>,
    Query(decided): Query<Within>,
    Query(written): Query<Written>,
) -> Result<Response, Problem> {
    let filter = filter.within(decided);
    whole("decisions", Format::wanted(written.format, &headers), columns::DECISIONS, move |window| {
        let (platform, caller, filter) = (platform.clone(), caller.clone(), filter.clone());
        async move { decisions::list(&platform, &caller, &filter, window).await }
    })
    .await
}

/// One decision.
#[utoipa::path(get, path = "/api/decisions/{id}", tag = "decisions",
    params(("id" = Uuid, Path, description = "Its id.")),
    responses((status = 200, description = "The decision.", body = Decision)), security(("key" = ["viewer"])))]
async fn get(Asked { platform, caller }: Asked, Path(id): Path<Uuid>) -> Answer<Decision> {
    Ok(Json(decisions::get(&platform, &caller, id).await?))
}

/// Puts a person's decision in the place of the current one. Nothing is done or undone by that.
#[utoipa::path(post, path = "/api/decisions/{id}/override", tag = "decisions",
    params(("id" = Uuid, Path, description = "Its id.")), request_body = OverrideDecision,
    responses((status = 200, description = "The decision.", body = Decision)), security(("key" = ["operator"])))]
async fn overrule(
    Asked { platform, caller }: Asked,
    Path(id): Path<Uuid>,
    Json(new): Json<OverrideDecision>,
) -> Answer<Decision> {
    Ok(Json(decisions::overrule(&platform, &caller, id, &new).await?))
}

/// What a decision was before, oldest first.
#[utoipa::path(get, path = "/api/decisions/{id}/revisions", tag = "decisions",
    params(("id" = Uuid, Path, description = "Its id.")),
    responses((status = 200, description = "What it was.", body = Vec<DecisionRevision>)), security(("key" = ["viewer"])))]
async fn revisions(Asked { platform, caller }: Asked, Path(id): Path<Uuid>) -> Answer<Vec<DecisionRevision>> {
    decisions::get(&platform, &caller, id).await?;
    let mut found = decisions::revisions(&platform, &caller, &[id]).await?;
    Ok(Json(found.remove(&id).unwrap_or_default()))
}

/// What was done because of a decision, oldest first.
#[utoipa::path(get, path = "/api/decisions/{id}/actions", tag = "decisions",
    params(("id" = Uuid, Path, description = "Its id.")),
    responses((status = 200, description = "The actions.", body = Vec<Action>)), security(("key" = ["viewer"])))]
async fn of_decision(Asked { platform, caller }: Asked, Path(id): Path<Uuid>) -> Answer<Vec<Action>> {
    decisions::get(&platform, &caller, id).await?;
    let mut found = actions::of_decisions(&platform, &caller, &[id]).await?;
    Ok(Json(found.remove(&id).unwrap_or_default()))
}

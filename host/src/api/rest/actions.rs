//! `/api/actions`.

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
    domain::vocabulary::{ActionStatus, ActionType, SubjectType},
    service::{
        actions::{self, ActionFilter, ExecuteAction},
        exports::columns,
        views::{Action, ActionStats},
    },
};

pub(super) fn routes() -> Routes {
    OpenApiRouter::new()
        .routes(routes!(list, execute))
        .routes(routes!(stats))
        .routes(routes!(export))
        .routes(routes!(get))
        .routes(routes!(roll_back))
}

/// Which actions; all where nothing is said.
#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
struct Filter {
    /// Of this type.
    #[serde(rename = "type")]
    action_type: Option<ActionType>,
    /// This far.
    status: Option<ActionStatus>,
    /// Done to this kind of thing.
    subject_type: Option<SubjectType>,
    /// Done to the thing of this name.
    subject: Option<String>,
}

impl Filter {
    fn within(self, requested: Within) -> ActionFilter {
        ActionFilter {
            action_type: self.action_type,
            status: self.status,
            subject_type: self.subject_type,
            subject: self.subject,
            requested: requested.into(),
        }
    }
}

/// The history of actions, newest first.
#[utoipa::path(get, path = "/api/actions", tag = "actions", params(Filter, Within, Turn),
    responses((status = 200, description = "A page of it.", body = Page<Action>)), security(("key" = ["viewer"])))]
async fn list(
    Asked { platform, caller }: Asked,
    uri: Uri,
    Query(filter): Query<Filter>,
    Query(requested): Query<Within>,
    Query(turn): Query<Turn>,
) -> Result<Paged<Action>, Problem> {
    let listed = actions::list(&platform, &caller, &filter.within(requested), turn.window()?).await?;
    Ok(paged(listed, &uri))
}

/// Does something because of a decision.
#[utoipa::path(post, path = "/api/actions", tag = "actions", request_body = ExecuteAction,
    responses((status = 200, description = "What came of it.", body = Action)), security(("key" = ["operator"])))]
async fn execute(Asked { platform, caller }: Asked, Json(asked): Json<ExecuteAction>) -> Answer<Action> {
    Ok(Json(actions::execute(&platform, &caller, asked).await?))
}

/// Figures of actions.
#[utoipa::path(get, path = "/api/actions/stats", tag = "actions", params(Within),
    responses((status = 200, description = "The figures.", body = ActionStats)), security(("key" = ["viewer"])))]
async fn stats(Asked { platform, caller }: Asked, Query(requested): Query<Within>) -> Answer<ActionStats> {
    Ok(Json(actions::stats(&platform, &caller, requested.into()).await?))
}

/// All actions as a file, newest first.
#[utoipa::path(get, path = "/api/actions/export", tag = "actions", params(Filter, Within, Written),
    responses((status = 200, description = "Written while it is read.",
        content((String = "application/x-ndjson"), (String = "text/csv")))), security(("key" = ["viewer"])))]
async fn export(
    Asked { platform, caller }: Asked,
    headers: HeaderMap,
    Query(filter): Query<Filter>,
    Query(requested): Query<Within>,
    Query(written): Query<Written>,
) -> Result<Response, Problem> {
    let filter = filter.within(requested);
    whole("actions", Format::wanted(written.format, &headers), columns::ACTIONS, move |window| {
        let (platform, caller, filter) = (platform.clone(), caller.clone(), filter.clone());
        async move { actions::list(&platform, &caller, &filter, window).await }
    })
    .await
}

/// One action.
#[utoipa::path(get, path = "/api/actions/{id}", tag = "actions", params(("id" = Uuid, Path, description = "Its id.")),
    responses((status = 200, description = "The action.", body = Action)), security(("key" = ["viewer"])))]
async fn get(Asked { platform, caller }: Asked, Path(id): Path<Uuid>) -> Answer<Action> {
    Ok(Json(actions::get(&platform, &caller, id).await?))
}

/// Why something is done.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Because {
    /// It is kept for ever, so it must not name a trader.
    #[schema(min_length = 1)]
    pub(super) reason: String,
}

/// Undoes an action.
#[utoipa::path(post, path = "/api/actions/{id}/rollback", tag = "actions",
    params(("id" = Uuid, Path, description = "Its id.")), request_body = Because,
    responses((status = 200, description = "The action.", body = Action)), security(("key" = ["operator"])))]
async fn roll_back(
    Asked { platform, caller }: Asked,
    Path(id): Path<Uuid>,
    Json(Because { reason }): Json<Because>,
) -> Answer<Action> {
    Ok(Json(actions::roll_back(&platform, &caller, id, &reason).await?))
}

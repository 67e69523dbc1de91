//! `/api/controls`.

use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    Problem, Routes,
    actions::Because,
    extract::{Answer, Asked, Json, Query},
};
use crate::{
    domain::vocabulary::SubjectType,
    service::{
        ServiceError, controls,
        views::{AutomationStatus, Control},
    },
};

pub(super) fn routes() -> Routes {
    OpenApiRouter::new()
        .routes(routes!(in_force))
        .routes(routes!(automation))
        .routes(routes!(stop))
        .routes(routes!(resume))
}

/// What the controls restrict; everything where nothing is said.
#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
struct Restricted {
    /// What kind of thing; goes with `subject`.
    subject_type: Option<SubjectType>,
    /// Its name; goes with `subjectType`.
    subject: Option<String>,
}

/// What is in force now: trading systems ask before they act. Newest first, at most 1,000.
#[utoipa::path(get, path = "/api/controls", tag = "controls", params(Restricted),
    responses((status = 200, description = "The controls.", body = Vec<Control>)), security(("key" = ["viewer"])))]
async fn in_force(
    Asked { platform, caller }: Asked,
    Query(Restricted { subject_type, subject }): Query<Restricted>,
) -> Answer<Vec<Control>> {
    let lacks = |name, other: &str| {
        Problem::of_parameter(ServiceError::invalid(name, format!("it goes with `{other}`")))
    };
    let subject = match (subject_type, subject) {
        (Some(kind), Some(name)) => Some((kind, name)),
        (None, None) => None,
        (Some(_), None) => return Err(lacks("subjectType", "subject")),
        (None, Some(_)) => return Err(lacks("subject", "subjectType")),
    };
    Ok(Json(controls::in_force(&platform, &caller, subject).await?))
}

/// Whether hosts act by themselves, and how much they did.
#[utoipa::path(get, path = "/api/controls/automation", tag = "controls",
    responses((status = 200, description = "How it is.", body = AutomationStatus)), security(("key" = ["viewer"])))]
async fn automation(Asked { platform, caller }: Asked) -> Answer<AutomationStatus> {
    Ok(Json(controls::automation(&platform, &caller).await?))
}

/// Lets no host act by itself: what would be fixed is put before a person.
#[utoipa::path(post, path = "/api/controls/automation/stop", tag = "controls", request_body = Because,
    responses((status = 200, description = "How it is.", body = AutomationStatus)), security(("key" = ["operator"])))]
async fn stop(Asked { platform, caller }: Asked, Json(because): Json<Because>) -> Answer<AutomationStatus> {
    Ok(Json(controls::stop(&platform, &caller, &because.reason).await?))
}

/// Lets hosts act by themselves again.
#[utoipa::path(post, path = "/api/controls/automation/resume", tag = "controls", request_body = Because,
    responses((status = 200, description = "How it is.", body = AutomationStatus)), security(("key" = ["operator"])))]
async fn resume(Asked { platform, caller }: Asked, Json(because): Json<Because>) -> Answer<AutomationStatus> {
    Ok(Json(controls::resume(&platform, &caller, &because.reason).await?))
}

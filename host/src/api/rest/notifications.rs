//! `/api/notifications`, and `/api/notifications/recipients`.

use axum::http::{StatusCode, Uri};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    Problem, Routes,
    extract::{Answer, Asked, Json, Path, Query},
    page::{Page, Paged, paged},
    query::{Turn, Within},
};
use crate::{
    domain::vocabulary::{NotificationChannel, NotificationPriority, NotificationStatus},
    service::{
        notifications::{self, NotificationFilter, SendNotification},
        recipients::{self, RecipientFilter, RecipientPreferences, RegisterRecipient},
        views::{Notification, NotificationStats, Recipient},
    },
};

pub(super) fn routes() -> Routes {
    OpenApiRouter::new()
        .routes(routes!(list, send))
        .routes(routes!(stats))
        .routes(routes!(list_recipients, register))
        .routes(routes!(recipient, update, deactivate))
        .routes(routes!(get))
}

/// Which notifications; all where nothing is said.
#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
struct Filter {
    /// About this kind, as in `PRICE_SPIKE`.
    kind: Option<String>,
    /// So urgent.
    priority: Option<NotificationPriority>,
    /// This far.
    status: Option<NotificationStatus>,
    /// For this recipient.
    recipient_id: Option<Uuid>,
}

/// Notifications, newest first.
#[utoipa::path(get, path = "/api/notifications", tag = "notifications", params(Filter, Within, Turn),
    responses((status = 200, description = "A page of them.", body = Page<Notification>)),
    security(("key" = ["viewer"])))]
async fn list(
    Asked { platform, caller }: Asked,
    uri: Uri,
    Query(filter): Query<Filter>,
    Query(created): Query<Within>,
    Query(turn): Query<Turn>,
) -> Result<Paged<Notification>, Problem> {
    let filter = NotificationFilter {
        kind: filter.kind,
        priority: filter.priority,
        status: filter.status,
        recipient_id: filter.recipient_id,
        created: created.into(),
    };
    Ok(paged(notifications::list(&platform, &caller, &filter, turn.window()?).await?, &uri))
}

/// Tells whoever wants to know.
#[utoipa::path(post, path = "/api/notifications", tag = "notifications", request_body = SendNotification,
    responses((status = 200, description = "One for each recipient, or a single one that goes to nobody.",
        body = Vec<Notification>)), security(("key" = ["operator"])))]
async fn send(
    Asked { platform, caller }: Asked,
    Json(asked): Json<SendNotification>,
) -> Answer<Vec<Notification>> {
    Ok(Json(notifications::send(&platform, &caller, asked).await?))
}

/// Figures of notifications.
#[utoipa::path(get, path = "/api/notifications/stats", tag = "notifications", params(Within),
    responses((status = 200, description = "The figures.", body = NotificationStats)), security(("key" = ["viewer"])))]
async fn stats(
    Asked { platform, caller }: Asked,
    Query(created): Query<Within>,
) -> Answer<NotificationStats> {
    Ok(Json(notifications::stats(&platform, &caller, created.into()).await?))
}

/// One notification.
#[utoipa::path(get, path = "/api/notifications/{id}", tag = "notifications",
    params(("id" = Uuid, Path, description = "Its id.")),
    responses((status = 200, description = "The notification.", body = Notification)), security(("key" = ["viewer"])))]
async fn get(Asked { platform, caller }: Asked, Path(id): Path<Uuid>) -> Answer<Notification> {
    Ok(Json(notifications::get(&platform, &caller, id).await?))
}

/// Which recipients; all where nothing is said.
#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
struct Recipients {
    /// Those who are told something, or those who are not.
    is_active: Option<bool>,
    /// Those who are told in this way.
    channel: Option<NotificationChannel>,
}

/// Recipients, newest first.
#[utoipa::path(get, path = "/api/notifications/recipients", tag = "notifications", params(Recipients, Turn),
    responses((status = 200, description = "A page of them.", body = Page<Recipient>)), security(("key" = ["viewer"])))]
async fn list_recipients(
    Asked { platform, caller }: Asked,
    uri: Uri,
    Query(filter): Query<Recipients>,
    Query(turn): Query<Turn>,
) -> Result<Paged<Recipient>, Problem> {
    let filter = RecipientFilter { is_active: filter.is_active, channel: filter.channel };
    Ok(paged(recipients::list(&platform, &caller, &filter, turn.window()?).await?, &uri))
}

/// Adds somebody who is told.
#[utoipa::path(post, path = "/api/notifications/recipients", tag = "notifications", request_body = RegisterRecipient,
    responses((status = 201, description = "The recipient.", body = Recipient)), security(("key" = ["operator"])))]
async fn register(
    Asked { platform, caller }: Asked,
    Json(asked): Json<RegisterRecipient>,
) -> Result<(StatusCode, Json<Recipient>), Problem> {
    Ok((StatusCode::CREATED, Json(recipients::register(&platform, &caller, asked).await?)))
}

/// One recipient.
#[utoipa::path(get, path = "/api/notifications/recipients/{id}", tag = "notifications",
    params(("id" = Uuid, Path, description = "Their id.")),
    responses((status = 200, description = "The recipient.", body = Recipient)), security(("key" = ["viewer"])))]
async fn recipient(Asked { platform, caller }: Asked, Path(id): Path<Uuid>) -> Answer<Recipient> {
    Ok(Json(recipients::get(&platform, &caller, id).await?))
}

/// Changes what a recipient is told, when and how; what is not given stays.
#[utoipa::path(patch, path = "/api/notifications/recipients/{id}", tag = "notifications",
    params(("id" = Uuid, Path, description = "Their id.")), request_body = RecipientPreferences,
    responses((status = 200, description = "The recipient.", body = Recipient)), security(("key" = ["operator"])))]
async fn update(
    Asked { platform, caller }: Asked,
    Path(id): Path<Uuid>,
    Json(asked): Json<RecipientPreferences>,
) -> Answer<Recipient> {
    Ok(Json(recipients::update(&platform, &caller, id, asked).await?))
}

/// Tells a recipient nothing any more.
#[utoipa::path(delete, path = "/api/notifications/recipients/{id}", tag = "notifications",
    params(("id" = Uuid, Path, description = "Their id.")),
    responses((status = 204, description = "Nothing is told any more.")), security(("key" = ["operator"])))]
async fn deactivate(Asked { platform, caller }: Asked, Path(id): Path<Uuid>) -> Result<StatusCode, Problem> {
    recipients::deactivate(&platform, &caller, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

//! Notifications and who is told.

use async_graphql::InputObject;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    Platform, Result, ServiceError,
    page::Listed,
    views::{Notification, NotificationStats},
    words,
};
use crate::{
    access::{Caller, Scope},
    domain::{judgement::PlannedNotification, vocabulary::NotificationPriority},
    notify::{Announcement, announce},
    store::{
        actions, anomalies, notifications,
        page::{Cursor, Period, Window},
        requests,
    },
};

pub use crate::store::notifications::NotificationFilter;

/// Characters of a title, and of a body.
const TITLE: usize = 200;
const BODY: usize = 4_000;

/// A message to whom it may concern.
#[derive(Clone, Debug, Deserialize, InputObject, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[graphql(name = "SendNotificationInput")]
pub struct SendNotification {
    /// Id to announce it under, a UUID: what was announced under this id is not announced again. Made by the host
    /// where none is given.
    pub id: Option<Uuid>,
    /// Kind of what it is about, as in `PRICE_SPIKE`; the anomaly's where one is named, else `MESSAGE`.
    pub kind: Option<String>,
    /// How urgent it is.
    pub priority: NotificationPriority,
    /// One line, at most 200 characters.
    pub title: String,
    /// All there is to say, at most 4,000 characters.
    pub body: String,
    /// The anomaly that it is about.
    pub anomaly_id: Option<Uuid>,
    /// The action that it is about.
    pub action_id: Option<Uuid>,
}

/// Notifications, newest first.
///
/// # Errors
///
/// If the caller may not see them, or the database fails.
pub async fn list(
    platform: &Platform,
    caller: &Caller,
    filter: &NotificationFilter,
    window: Window,
) -> Result<Listed<Notification>> {
    caller.check(Scope::Viewer)?;
    let page = notifications::find(platform.store(), filter, window).await?;
    Ok(Listed::of(page, |notification| Cursor { at: notification.created_at, id: notification.id }))
}

/// One notification.
///
/// # Errors
///
/// If there is none of this id, the caller may not see it, or the database fails.
pub async fn get(platform: &Platform, caller: &Caller, id: Uuid) -> Result<Notification> {
    caller.check(Scope::Viewer)?;
    let found = notifications::get(platform.store(), &[id]).await?.pop();
    found.map(Notification::from).ok_or_else(|| ServiceError::not_found("notification", id))
}

/// Figures of the notifications made in a period.
///
/// # Errors
///
/// If the caller may not see them, or the database fails.
pub async fn stats(platform: &Platform, caller: &Caller, created: Period) -> Result<NotificationStats> {
    caller.check(Scope::Viewer)?;
    let counts = notifications::statistics(platform.store(), created).await?;
    let rates = notifications::delivery_success_rate(platform.store(), created).await?;
    Ok(NotificationStats::of(counts, rates))
}

/// Tells whoever wants to know: one notification for each recipient whose preferences ask for it, or a single one that
/// goes to nobody. They are delivered from the queue, as those of policies are.
///
/// # Errors
///
/// If there is no such anomaly or action, the words will not do, the caller may not tell, or the database fails.
pub async fn send(
    platform: &Platform,
    caller: &Caller,
    asked: SendNotification,
) -> Result<Vec<Notification>> {
    caller.check(Scope::Operator)?;
    words::check("title", &asked.title, TITLE)?;
    words::check("body", &asked.body, BODY)?;
    let anomaly = match asked.anomaly_id {
        Some(id) => {
            let found = anomalies::of_any_family(platform.store(), &[id]).await?.pop();
            Some(found.ok_or_else(|| ServiceError::not_found("anomaly", id))?)
        }
        None => None,
    };
    if let Some(id) = asked.action_id
        && actions::get(platform.store(), &[id]).await?.is_empty()
    {
        return Err(ServiceError::not_found("action", id));
    }
    let usual_kind = anomaly.as_ref().map_or("MESSAGE", |anomaly| anomaly.kind());
    let kind = asked.kind.unwrap_or_else(|| usual_kind.to_owned());
    words::check("kind", &kind, words::NAME)?;
    let now = platform.now();
    let announcement = Announcement {
        id: asked.id.unwrap_or_else(|| platform.ids.next(now)),
        planned: PlannedNotification { priority: asked.priority, title: asked.title, body: asked.body },
        kind,
        anomaly: anomaly.map(|anomaly| anomaly.reference()),
        action_id: asked.action_id,
    };
    let mut change = platform.journal.begin(now).await?;
    let told = announce(&mut change, &[announcement]).await?;
    for notification in &told {
        requests::note(&mut change, &caller.name, "sendNotification", notification.id).await?;
    }
    change.commit().await?;
    Ok(told.into_iter().map(Notification::from).collect())
}

use uuid::Uuid;

use super::record::{Notification, notifications};
use crate::{
    domain::{
        time::Timestamp,
        vocabulary::{NotificationPriority, NotificationStatus},
    },
    store::{
        Store,
        error::Result,
        page::{Cursor, Page, Period, Window},
    },
};

/// Which notifications to find; all where nothing is said.
#[derive(Clone, Debug, Default)]
pub struct NotificationFilter {
    /// About this kind.
    pub kind: Option<String>,
    /// So urgent.
    pub priority: Option<NotificationPriority>,
    /// This far.
    pub status: Option<NotificationStatus>,
    /// For this recipient.
    pub recipient_id: Option<Uuid>,
    /// Made in this stretch of time.
    pub created: Period,
}

/// The notifications of these ids that there are, in the order of their ids.
///
/// # Errors
///
/// If the database fails.
pub async fn get(store: &Store, ids: &[Uuid]) -> Result<Vec<Notification>> {
    let found =
        notifications!("SELECT".."FROM notifications AS notification WHERE id = ANY($1) ORDER BY id", ids);
    Ok(found.fetch_all(store.pool()).await?)
}

/// Finds notifications, newest first.
///
/// # Errors
///
/// If the database fails.
pub async fn find(store: &Store, filter: &NotificationFilter, window: Window) -> Result<Page<Notification>> {
    let items = notifications!(
        "SELECT" .. "FROM notifications AS notification
         WHERE ($1::text IS NULL OR kind = $1)
           AND ($2::notification_priority IS NULL OR priority = $2)
           AND ($3::notification_status IS NULL OR status = $3)
           AND ($4::uuid IS NULL OR EXISTS (
                   SELECT FROM notification_deliveries WHERE notification_id = notification.id AND recipient_id = $4))
           AND ($5::timestamptz IS NULL OR created_at >= $5)
           AND ($6::timestamptz IS NULL OR created_at < $6)
           AND ($7::timestamptz IS NULL OR (created_at, id) < ($7, $8::uuid))
         ORDER BY created_at DESC, id DESC
         LIMIT $9",
        filter.kind,
        filter.priority as Option<NotificationPriority>,
        filter.status as Option<NotificationStatus>,
        filter.recipient_id,
        filter.created.from as Option<Timestamp>,
        filter.created.until as Option<Timestamp>,
        window.at() as Option<Timestamp>,
        window.id(),
        window.rows(),
    )
    .fetch_all(store.pool())
    .await?;
    Ok(Page::cut(items, window, |notification| Cursor { at: notification.created_at, id: notification.id }))
}

/// Urgent notifications, told or not, newest first.
///
/// # Errors
///
/// If the database fails.
pub async fn urgent(store: &Store, window: Window) -> Result<Page<Notification>> {
    let filter =
        NotificationFilter { priority: Some(NotificationPriority::Urgent), ..NotificationFilter::default() };
    find(store, &filter, window).await
}

/// The head of the queue of what is to be told, at most 1,000: the most urgent first, of equals the oldest. Notifications all of
/// whose deliveries wait for a later attempt are not due; those that have nothing (more) to deliver are, since they
/// can be settled.
///
/// # Errors
///
/// If the database fails.
pub async fn pending(store: &Store, now: Timestamp, most: i64) -> Result<Vec<Notification>> {
    let items = notifications!(
        "SELECT"
            .."FROM notifications AS notification
         WHERE status = 'PENDING' AND COALESCE(
             (SELECT MIN(next_attempt_at) FROM notification_deliveries
              WHERE notification_id = notification.id AND status = 'PENDING') <= $1,
             true)
         ORDER BY priority DESC, created_at, id
         LIMIT $2",
        now as Timestamp,
        most.clamp(1, Window::MOST),
    );
    Ok(items.fetch_all(store.pool()).await?)
}

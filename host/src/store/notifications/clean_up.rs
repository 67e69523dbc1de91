use serde::Serialize;
use uuid::Uuid;

use crate::{
    domain::{time::Timestamp, vocabulary::BlockType},
    store::{
        change::{About, Change},
        error::Result,
        retention::BATCH,
    },
};

/// What one clean-up removed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CleanedUp {
    /// Notifications made before this moment were to go.
    pub created_before: Timestamp,
    /// Those removed, in the order of their ids.
    pub notifications: Vec<Uuid>,
}

/// Removes the oldest notifications, at most 1,000, of those made before a moment, with their deliveries, and adds a
/// block that says which; to be repeated until none is left. Those that are to be told yet stay, and so do those that
/// another change works on.
///
/// # Errors
///
/// If the database fails.
pub async fn delete_older_than(change: &mut Change<'_>, created_before: Timestamp) -> Result<CleanedUp> {
    let mut notifications = sqlx::query_scalar!(
        "WITH old AS MATERIALIZED (
             SELECT id FROM notifications WHERE created_at < $1 AND status <> 'PENDING'
             ORDER BY created_at, id
             LIMIT $2
             FOR UPDATE SKIP LOCKED
         )
         DELETE FROM notifications AS notification USING old WHERE notification.id = old.id
         RETURNING notification.id",
        created_before as Timestamp,
        BATCH,
    )
    .fetch_all(change.connection())
    .await?;
    notifications.sort_unstable();
    let cleaned_up = CleanedUp { created_before, notifications };
    if !cleaned_up.notifications.is_empty() {
        change.note(BlockType::CleanedUp, &Noted { cleaned_up: &cleaned_up }, About::default())?;
    }
    Ok(cleaned_up)
}

#[derive(Serialize)]
struct Noted<'a> {
    cleaned_up: &'a CleanedUp,
}

use uuid::Uuid;

use super::record::{self, Notification, notifications};
use crate::{
    domain::{time::Timestamp, vocabulary::NotificationStatus},
    store::{change::Change, columns::column, error::Result},
};

/// What came of a notification.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusUpdate {
    /// The notification.
    pub id: Uuid,
    /// What came of it.
    pub telling: Telling,
}

/// What came of telling somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Telling {
    /// Somebody was told.
    Sent,
    /// Nobody could be told.
    Failed {
        /// Why.
        error: String,
    },
}

impl Telling {
    const fn status(&self) -> NotificationStatus {
        match self {
            Self::Sent => NotificationStatus::Sent,
            Self::Failed { .. } => NotificationStatus::Failed,
        }
    }

    fn error(&self) -> Option<String> {
        if let Self::Failed { error } = self { Some(error.clone()) } else { None }
    }
}

/// Records what came of notifications, with a block for each, and answers those that changed, in the order of their
/// ids. One that is told, alone or within another, stays so; one that failed can be tried again.
///
/// # Errors
///
/// If the database fails.
pub async fn update_status(change: &mut Change<'_>, updates: &[StatusUpdate]) -> Result<Vec<Notification>> {
    let now = change.now();
    let mut updated = notifications!(
        "WITH locked AS MATERIALIZED (
             SELECT id FROM notifications WHERE id = ANY($1) AND status IN ('PENDING', 'FAILED') ORDER BY id FOR NO KEY UPDATE
         )
         UPDATE notifications AS notification
         SET status = given.status, error = given.error,
             sent_at = CASE given.status WHEN 'SENT' THEN GREATEST(created_at, $4) END
         FROM UNNEST($1::uuid[], $2::notification_status[], $3::text[]) AS given (id, status, error)
         JOIN locked USING (id)
         WHERE notification.id = given.id
         RETURNING" .. "",
        &column(updates, |update| update.id),
        &column(updates, |update| update.telling.status()) as &[NotificationStatus],
        &column(updates, |update| update.telling.error()) as &[Option<String>],
        now as Timestamp,
    )
    .fetch_all(change.connection())
    .await?;
    record::note_updated(change, &mut updated)?;
    Ok(updated)
}

use uuid::Uuid;

use super::record::{self, Notification, notifications};
use crate::{
    domain::{time::Timestamp, vocabulary::NotificationStatus},
    store::{
        Store,
        change::Change,
        error::Result,
        page::{Cursor, Page, Window},
    },
};

/// Why notifications cannot be told within another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GroupingError {
    /// The other one would be told within itself.
    #[error(
        "notification {0} would be told within itself; leave it out, or tell all of them within another one"
    )]
    Cycle(Uuid),
    /// The other one is told already.
    #[error("notification {id} is {}; only one that is PENDING can take in others", .status.name())]
    NotPending {
        /// The other one.
        id: Uuid,
        /// How far it is.
        status: NotificationStatus,
    },
}

/// A notification that is locked.
struct Locked {
    id: Uuid,
    status: NotificationStatus,
    group_id: Option<Uuid>,
}

/// Has notifications told within another one, with a block for each that changed, and answers these in the order of
/// their ids: those that were pending, and those that were to be told within one of them, so that groups never nest.
/// Others stay as they are. If there is no such other one, nothing changes.
///
/// # Errors
///
/// [`GroupingError`] if the other one is among them, or not pending; or the database fails.
pub async fn mark_as_grouped(
    change: &mut Change<'_>,
    members: &[Uuid],
    into: Uuid,
) -> Result<Vec<Notification>> {
    // Groups are read after they are locked, since others may have grouped meanwhile.
    let locked = lock(change, members, into).await?;
    let Some(group) = locked.iter().find(|one| one.id == into) else { return Ok(Vec::new()) };
    if members.contains(&into) || group.group_id.is_some_and(|within| members.contains(&within)) {
        return Err(GroupingError::Cycle(into).into());
    }
    if group.status != NotificationStatus::Pending {
        return Err(GroupingError::NotPending { id: into, status: group.status }.into());
    }
    let pending = locked.iter().filter(|one| one.id != into && one.status == NotificationStatus::Pending);
    let pending: Vec<_> = pending.map(|one| one.id).collect();
    let mut grouped = notifications!(
        "UPDATE notifications AS notification SET status = 'GROUPED', group_id = $2
         WHERE id = ANY($1) OR group_id = ANY($1)
         RETURNING".."",
        &pending,
        into,
    )
    .fetch_all(change.connection())
    .await?;
    record::note_updated(change, &mut grouped)?;
    Ok(grouped)
}

async fn lock(change: &mut Change<'_>, members: &[Uuid], into: Uuid) -> Result<Vec<Locked>> {
    let locked = sqlx::query_as!(
        Locked,
        "SELECT id, status, group_id FROM notifications WHERE id = ANY($1) OR id = $2 ORDER BY id FOR UPDATE",
        members,
        into,
    );
    Ok(locked.fetch_all(change.connection()).await?)
}

/// What is told within a notification, oldest first.
///
/// # Errors
///
/// If the database fails.
pub async fn group_members(store: &Store, group: Uuid, window: Window) -> Result<Page<Notification>> {
    let items = notifications!(
        "SELECT"
            .."FROM notifications AS notification
         WHERE group_id = $1 AND ($2::timestamptz IS NULL OR (created_at, id) > ($2, $3::uuid))
         ORDER BY created_at, id
         LIMIT $4",
        group,
        window.at() as Option<Timestamp>,
        window.id(),
        window.rows(),
    )
    .fetch_all(store.pool())
    .await?;
    Ok(Page::cut(items, window, |notification| Cursor { at: notification.created_at, id: notification.id }))
}

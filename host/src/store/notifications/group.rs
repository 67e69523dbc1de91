use uuid::Uuid;

use super::record::{self, Notification, notifications};
use crate::{
    domain::{
        time::Timestamp,
        vocabulary::{NotificationPriority, NotificationStatus},
    },
    store::{
        Store,
        change::Change,
        columns::column,
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
/// Others stay as they are. Their deliveries wait for those of the other one. If there is no such other one, nothing
/// changes.
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
    hold_back(change, &grouped).await?;
    record::note_updated(change, &mut grouped)?;
    Ok(grouped)
}

async fn hold_back(change: &mut Change<'_>, grouped: &[Notification]) -> Result<()> {
    sqlx::query!(
        "UPDATE notification_deliveries SET next_attempt_at = NULL
         WHERE notification_id = ANY($1) AND status = 'PENDING'",
        &column(grouped, |notification| notification.id),
    )
    .execute(change.connection())
    .await?;
    Ok(())
}

async fn lock(change: &mut Change<'_>, members: &[Uuid], into: Uuid) -> Result<Vec<Locked>> {
    let locked = sqlx::query_as!(
        Locked,
        "SELECT id, status, group_id FROM notifications WHERE id = ANY($1) OR id = $2 ORDER BY id FOR NO KEY UPDATE",
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

/// What is told within a notification, as the notification's message names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// The notification within which it is told.
    pub group_id: Uuid,
    /// How many are told within that one.
    pub members: i64,
    /// The member.
    pub id: Uuid,
    /// Kind of what it is about.
    pub kind: String,
    /// How urgent it is.
    pub priority: NotificationPriority,
    /// One line.
    pub title: String,
}

/// The first few members of each of some notifications: the most urgent, of equals the oldest.
///
/// # Errors
///
/// If the database fails.
pub async fn first_members(change: &mut Change<'_>, groups: &[Uuid], most: i64) -> Result<Vec<Member>> {
    let members = sqlx::query_as!(
        Member,
        r#"SELECT group_id AS "group_id!", members AS "members!", id, kind, priority, title
           FROM (
               SELECT *, count(*) OVER (PARTITION BY group_id) AS members,
                      row_number() OVER (PARTITION BY group_id ORDER BY priority DESC, created_at, id) AS place
               FROM notifications
               WHERE group_id = ANY($1)
           ) AS member
           WHERE place <= $2
           ORDER BY group_id, place"#,
        groups,
        most,
    );
    Ok(members.fetch_all(change.connection()).await?)
}

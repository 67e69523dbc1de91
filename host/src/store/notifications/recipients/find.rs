use uuid::Uuid;

use super::{
    contact::Contact,
    record::{Recipient, recipients},
};
use crate::{
    domain::{
        time::Timestamp,
        vocabulary::{NotificationChannel, NotificationPriority},
    },
    store::{
        Store,
        error::Result,
        page::{Cursor, Page, Window},
    },
};

/// Which recipients to find; all where nothing is said.
#[derive(Clone, Copy, Debug, Default)]
pub struct RecipientFilter {
    /// Those who are told something, or those who are not.
    pub is_active: Option<bool>,
    /// Those who are told in this way.
    pub channel: Option<NotificationChannel>,
}

/// One recipient; `None` if there is none of this id.
///
/// # Errors
///
/// If the database fails.
pub async fn recipient(store: &Store, id: Uuid) -> Result<Option<Recipient>> {
    let recipient = recipients!("SELECT".."FROM notification_recipients AS recipient WHERE id = $1", id);
    Ok(recipient.fetch_optional(store.pool()).await?)
}

/// The recipient who is this user; `None` if there is none.
///
/// # Errors
///
/// If the database fails.
pub async fn recipient_by_user(store: &Store, user_id: &str) -> Result<Option<Recipient>> {
    let recipient =
        recipients!("SELECT".."FROM notification_recipients AS recipient WHERE user_id = $1", user_id);
    Ok(recipient.fetch_optional(store.pool()).await?)
}

/// Finds recipients, newest first.
///
/// # Errors
///
/// If the database fails.
pub async fn find_recipients(
    store: &Store,
    filter: &RecipientFilter,
    window: Window,
) -> Result<Page<Recipient>> {
    let items = recipients!(
        "SELECT"
            .."FROM notification_recipients AS recipient
         WHERE ($1::boolean IS NULL OR is_active = $1)
           AND ($2::notification_channel IS NULL OR $2 = ANY (channels))
           AND ($3::timestamptz IS NULL OR (created_at, id) < ($3, $4::uuid))
         ORDER BY created_at DESC, id DESC
         LIMIT $5",
        filter.is_active,
        filter.channel as Option<NotificationChannel>,
        window.at() as Option<Timestamp>,
        window.id(),
        window.rows(),
    )
    .fetch_all(store.pool())
    .await?;
    Ok(page(items, window))
}

/// Who is to be told of a kind of thing that is so urgent, at a moment, newest first: active recipients who want it and
/// have no quiet hours then, by the clock of their time zone. Quiet hours do not hold back what is urgent.
///
/// # Errors
///
/// If the database fails.
pub async fn recipients_for(
    store: &Store,
    priority: NotificationPriority,
    kind: &str,
    now: Timestamp,
    window: Window,
) -> Result<Page<Recipient>> {
    let items = recipients!(
        "SELECT"
            .."FROM notification_recipients AS recipient,
              LATERAL (SELECT ($3::timestamptz AT TIME ZONE time_zone)::time AS local) AS clock
         WHERE is_active AND minimum_priority <= $1 AND (kinds = '{}' OR $2 = ANY (kinds))
           AND ($1 = 'URGENT' OR quiet_from IS NULL OR NOT CASE
               WHEN quiet_from <= quiet_until THEN local >= quiet_from AND local < quiet_until
               ELSE local >= quiet_from OR local < quiet_until
           END)
           AND ($4::timestamptz IS NULL OR (created_at, id) < ($4, $5::uuid))
         ORDER BY created_at DESC, id DESC
         LIMIT $6",
        priority as NotificationPriority,
        kind,
        now as Timestamp,
        window.at() as Option<Timestamp>,
        window.id(),
        window.rows(),
    )
    .fetch_all(store.pool())
    .await?;
    Ok(page(items, window))
}

fn page(items: Vec<Recipient>, window: Window) -> Page<Recipient> {
    Page::cut(items, window, |recipient| Cursor { at: recipient.created_at, id: recipient.id })
}

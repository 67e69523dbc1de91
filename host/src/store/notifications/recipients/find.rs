use uuid::Uuid;

use super::{
    contact::Contact,
    record::{Recipient, recipients},
};
use crate::{
    domain::{time::Timestamp, vocabulary::NotificationChannel},
    store::{
        Store,
        change::Change,
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

/// Those who are told something in some way, in the order of their ids. Until the change ends none of them leaves, so
/// that deliveries to them can be added.
///
/// # Errors
///
/// If the database fails.
pub async fn active_recipients(change: &mut Change<'_>) -> Result<Vec<Recipient>> {
    let active = recipients!(
        "SELECT"
            .."FROM notification_recipients AS recipient
         WHERE is_active AND channels <> '{}'
         ORDER BY id
         FOR KEY SHARE"
    );
    Ok(active.fetch_all(change.connection()).await?)
}

fn page(items: Vec<Recipient>, window: Window) -> Page<Recipient> {
    Page::cut(items, window, |recipient| Cursor { at: recipient.created_at, id: recipient.id })
}

use uuid::Uuid;

use super::{
    contact::Contact,
    preferences::{NewRecipient, Preferences, RecipientError},
    record::{self, Recipient, recipients},
};
use crate::{
    domain::{
        clock_time::ClockTime,
        time::Timestamp,
        vocabulary::{NotificationChannel, NotificationPriority},
    },
    store::{change::Change, error::Result},
};

/// Records a recipient, with a block.
///
/// # Errors
///
/// [`RecipientError`] if nobody can be reached in this way, or the user is a recipient already; or the database fails.
pub async fn create_recipient(change: &mut Change<'_>, new: &NewRecipient) -> Result<Recipient> {
    new.check()?;
    let (now, preferences) = (change.now(), &new.preferences);
    let created = recipients!(
        "INSERT INTO notification_recipients AS recipient
             (id, user_id, name, email, webhook_url, channels, minimum_priority, kinds, quiet_from, quiet_until,
              time_zone, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12)
         ON CONFLICT (user_id) DO NOTHING
         RETURNING" .. "",
        new.id,
        new.user_id,
        new.name,
        preferences.email.as_ref() as Option<&Contact>,
        preferences.webhook_url.as_ref() as Option<&Contact>,
        &preferences.channels() as &[NotificationChannel],
        preferences.minimum_priority as NotificationPriority,
        &preferences.kinds,
        preferences.quiet_from() as Option<ClockTime>,
        preferences.quiet_until() as Option<ClockTime>,
        preferences.time_zone,
        now as Timestamp,
    )
    .fetch_optional(change.connection())
    .await?;
    let created = created.ok_or(RecipientError::Taken)?;
    record::note(change, &created, false).await?;
    Ok(created)
}

/// Replaces what a recipient is told, when and how, with a block; one that was deactivated is told again. `None` if
/// there is no such recipient.
///
/// # Errors
///
/// [`RecipientError`] if nobody can be reached in this way, or the database fails.
pub async fn update_preferences(
    change: &mut Change<'_>,
    id: Uuid,
    preferences: &Preferences,
) -> Result<Option<Recipient>> {
    preferences.check()?;
    let now = change.now();
    let updated = recipients!(
        "UPDATE notification_recipients AS recipient
         SET email = $2, webhook_url = $3, channels = $4, minimum_priority = $5, kinds = $6, quiet_from = $7,
             quiet_until = $8, time_zone = $9, is_active = true, updated_at = $10
         WHERE id = $1
         RETURNING".."",
        id,
        preferences.email.as_ref() as Option<&Contact>,
        preferences.webhook_url.as_ref() as Option<&Contact>,
        &preferences.channels() as &[NotificationChannel],
        preferences.minimum_priority as NotificationPriority,
        &preferences.kinds,
        preferences.quiet_from() as Option<ClockTime>,
        preferences.quiet_until() as Option<ClockTime>,
        preferences.time_zone,
        now as Timestamp,
    )
    .fetch_optional(change.connection())
    .await?;
    if let Some(recipient) = &updated {
        record::note(change, recipient, false).await?;
    }
    Ok(updated)
}

/// How a recipient left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deactivated {
    /// Nothing was ever to be told to them: the record is gone.
    Deleted,
    /// The record stays beside what was told.
    Kept,
}

/// Tells a recipient nothing any more, with a block: deliveries that wait are given up. A recipient of no delivery is
/// deleted. `None` if there is no such recipient.
///
/// # Errors
///
/// If the database fails.
pub async fn deactivate_recipient(change: &mut Change<'_>, id: Uuid) -> Result<Option<Deactivated>> {
    let now = change.now();
    // The lock holds off deliveries that others are about to add.
    let recipient = recipients!(
        "UPDATE notification_recipients AS recipient SET is_active = false, updated_at = $2
         WHERE id = (SELECT id FROM notification_recipients WHERE id = $1 FOR UPDATE)
         RETURNING".."",
        id,
        now as Timestamp,
    )
    .fetch_optional(change.connection())
    .await?;
    let Some(recipient) = recipient else { return Ok(None) };
    sqlx::query!(
        "UPDATE notification_deliveries SET status = 'FAILED', next_attempt_at = NULL, error = 'deactivated'
         WHERE recipient_id = $1 AND status = 'PENDING'",
        id,
    )
    .execute(change.connection())
    .await?;
    let deleted = sqlx::query!(
        "DELETE FROM notification_recipients AS recipient
         WHERE id = $1 AND NOT EXISTS (SELECT FROM notification_deliveries WHERE recipient_id = recipient.id)",
        id,
    )
    .execute(change.connection())
    .await?;
    let deactivated = if deleted.rows_affected() == 1 { Deactivated::Deleted } else { Deactivated::Kept };
    record::note(change, &recipient, deactivated == Deactivated::Deleted).await?;
    Ok(Some(deactivated))
}

use std::cmp::Reverse;

use uuid::Uuid;

use super::{recipients::Contact, record::Address};
use crate::{
    domain::{
        time::Timestamp,
        vocabulary::{DeliveryStatus, NotificationChannel, NotificationPriority},
    },
    store::{change::Change, columns::column, error::Result, page::Window},
};

/// A delivery to be tried, with all that it takes.
#[derive(Clone, Debug, PartialEq)]
pub struct Delivery {
    /// What is told.
    pub notification_id: Uuid,
    /// Who is told.
    pub recipient_id: Uuid,
    /// How.
    pub channel: NotificationChannel,
    /// How often it was tried, this time included.
    pub attempts: i32,
    /// Where; the log needs no address.
    pub contact: Option<Contact>,
    /// How urgent it is.
    pub priority: NotificationPriority,
    /// Kind of what it is about.
    pub kind: String,
    /// One line.
    pub title: String,
    /// All there is to say.
    pub body: String,
    /// When the notification was made.
    pub created_at: Timestamp,
}

/// Takes deliveries that are due from the queue, at most 1,000: the most urgent first, of equals the oldest. What is
/// [`fresh`](super::fresh) is due only if it is among those `released`, so that nothing slips past whoever arranges the
/// queue. What is not URGENT waits for the end of its recipient's quiet hours. Nobody else takes them before `until`;
/// by then the outcome should be recorded, or they are due again. An attempt is counted when it is taken, so that one
/// that ends its host is counted too.
///
/// # Errors
///
/// If the database fails.
pub async fn due_deliveries(
    change: &mut Change<'_>,
    released: &[Uuid],
    until: Timestamp,
    most: i64,
) -> Result<Vec<Delivery>> {
    let now = change.now();
    let mut due = sqlx::query_as!(
        Delivery,
        r#"WITH due AS MATERIALIZED (
               SELECT delivery.notification_id, delivery.recipient_id, delivery.channel
               FROM notifications AS notification
               JOIN notification_deliveries AS delivery ON delivery.notification_id = notification.id
               JOIN notification_recipients AS recipient ON recipient.id = delivery.recipient_id
               WHERE notification.status = 'PENDING' AND delivery.status = 'PENDING' AND next_attempt_at <= $1
                 AND (priority = 'URGENT' OR NOT in_quiet_hours(recipient, $1))
                 AND (notification.id = ANY($4) OR EXISTS (
                     SELECT FROM notification_deliveries AS other
                     WHERE other.notification_id = notification.id
                       AND (other.recipient_id <> recipient.id OR first_attempt_at IS NOT NULL)))
               ORDER BY priority DESC, notification.created_at, notification.id
               LIMIT $3
               FOR UPDATE OF delivery SKIP LOCKED
           )
           UPDATE notification_deliveries AS delivery
           SET attempts = attempts + 1, next_attempt_at = $2, first_attempt_at = COALESCE(first_attempt_at, $1)
           FROM due
           JOIN notifications AS notification ON notification.id = due.notification_id
           JOIN notification_recipients AS recipient ON recipient.id = due.recipient_id
           WHERE delivery.notification_id = due.notification_id AND delivery.recipient_id = due.recipient_id
             AND delivery.channel = due.channel
           RETURNING delivery.notification_id, delivery.recipient_id, delivery.channel, attempts,
                     CASE delivery.channel WHEN 'EMAIL' THEN email WHEN 'WEBHOOK' THEN webhook_url END
                         AS "contact: Contact",
                     priority, kind, title, body, notification.created_at"#,
        now as Timestamp,
        until as Timestamp,
        most.clamp(1, Window::MOST),
        released,
    )
    .fetch_all(change.connection())
    .await?;
    due.sort_by_key(|one| {
        (Reverse(one.priority), one.created_at, one.notification_id, one.recipient_id, one.channel)
    });
    Ok(due)
}

/// What came of a delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeliveryUpdate {
    /// The notification.
    pub notification_id: Uuid,
    /// To whom, and how.
    pub address: Address,
    /// How often it was tried when it was taken.
    pub attempts: i32,
    /// What came of it.
    pub attempt: Attempt,
}

/// What came of an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Attempt {
    /// It arrived.
    Delivered,
    /// It is to be tried again.
    Again {
        /// When.
        at: Timestamp,
        /// Why it did not arrive.
        error: String,
    },
    /// It is given up.
    Failed {
        /// Why it did not arrive.
        error: String,
    },
}

impl Attempt {
    const fn status(&self) -> DeliveryStatus {
        match self {
            Self::Delivered => DeliveryStatus::Delivered,
            Self::Again { .. } => DeliveryStatus::Pending,
            Self::Failed { .. } => DeliveryStatus::Failed,
        }
    }

    const fn next(&self) -> Option<Timestamp> {
        if let Self::Again { at, .. } = self { Some(*at) } else { None }
    }

    fn error(&self) -> Option<String> {
        match self {
            Self::Delivered => None,
            Self::Again { error, .. } | Self::Failed { error } => Some(error.clone()),
        }
    }
}

/// How far the deliveries of a notification are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// The notification.
    pub notification_id: Uuid,
    /// To be tried.
    pub pending: i64,
    /// Arrived.
    pub delivered: i64,
    /// Given up.
    pub failed: i64,
}

/// Records what came of deliveries, and answers how far their notifications are, in the order of their ids, so that
/// those with nothing pending can be settled. A delivery that is over stays as it is, and of one that
/// somebody else took meanwhile only an arrival counts. One that is over now takes those
/// with it that were told within it in the same way. There is no block: the notification's blocks speak for it.
///
/// # Errors
///
/// If the database fails.
pub async fn update_delivery_status(
    change: &mut Change<'_>,
    updates: &[DeliveryUpdate],
) -> Result<Vec<Progress>> {
    let now = change.now();
    let notifications = column(updates, |update| update.notification_id);
    sqlx::query!(
        "WITH given AS (
             SELECT * FROM UNNEST($1::uuid[], $2::uuid[], $3::notification_channel[], $4::delivery_status[],
                                  $5::timestamptz[], $6::text[], $8::int4[])
                 AS given (notification_id, recipient_id, channel, status, next, error, attempts)
         ), locked AS MATERIALIZED (
             SELECT delivery.notification_id, delivery.recipient_id, delivery.channel
             FROM notification_deliveries AS delivery JOIN given USING (notification_id, recipient_id, channel)
             WHERE delivery.status = 'PENDING'
               AND (delivery.attempts = given.attempts OR given.status = 'DELIVERED')
             ORDER BY 1, 2, 3
             FOR UPDATE OF delivery
         ), members AS (
             UPDATE notification_deliveries AS delivery
             SET status = given.status, next_attempt_at = NULL, error = given.error,
                 delivered_at = CASE given.status WHEN 'DELIVERED' THEN $7::timestamptz END
             FROM given JOIN locked USING (notification_id, recipient_id, channel)
             JOIN notifications AS member ON member.group_id = given.notification_id
             WHERE delivery.notification_id = member.id AND delivery.recipient_id = given.recipient_id
               AND delivery.channel = given.channel AND delivery.status = 'PENDING' AND given.status <> 'PENDING'
         )
         UPDATE notification_deliveries AS delivery
         SET status = given.status, next_attempt_at = given.next, error = given.error,
             delivered_at = CASE given.status WHEN 'DELIVERED' THEN $7::timestamptz END
         FROM given JOIN locked USING (notification_id, recipient_id, channel)
         WHERE delivery.notification_id = given.notification_id AND delivery.recipient_id = given.recipient_id
           AND delivery.channel = given.channel",
        &notifications,
        &column(updates, |update| update.address.recipient_id),
        &column(updates, |update| update.address.channel) as &[NotificationChannel],
        &column(updates, |update| update.attempt.status()) as &[DeliveryStatus],
        &column(updates, |update| update.attempt.next()) as &[Option<Timestamp>],
        &column(updates, |update| update.attempt.error()) as &[Option<String>],
        now as Timestamp,
        &column(updates, |update| update.attempts),
    )
    .execute(change.connection())
    .await?;
    progress(change, &notifications).await
}

async fn progress(change: &mut Change<'_>, notifications: &[Uuid]) -> Result<Vec<Progress>> {
    let progress = sqlx::query_as!(
        Progress,
        r#"SELECT notification_id, count(*) FILTER (WHERE status = 'PENDING') AS "pending!",
                  count(*) FILTER (WHERE status = 'DELIVERED') AS "delivered!",
                  count(*) FILTER (WHERE status = 'FAILED') AS "failed!"
           FROM notification_deliveries
           WHERE notification_id = ANY($1)
           GROUP BY notification_id
           ORDER BY notification_id"#,
        notifications,
    );
    Ok(progress.fetch_all(change.connection()).await?)
}

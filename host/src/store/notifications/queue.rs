//! What waits to be told, before any of it is on its way.

use uuid::Uuid;

use super::deliveries::Progress;
use crate::{
    domain::{
        time::Timestamp,
        vocabulary::{NotificationChannel, NotificationPriority},
    },
    store::{change::Change, columns::column, error::Result, page::Window},
};

/// Advisory lock of whoever arranges the queue.
const ARRANGING: i64 = 0x6e6f_7469_6679;

/// Most notifications of one recipient that are looked at together.
const FRESH: i64 = 2_000;

/// A notification for one recipient alone, no delivery of which was tried yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fresh {
    /// The notification.
    pub id: Uuid,
    /// For whom.
    pub recipient_id: Uuid,
    /// Kind of what it is about.
    pub kind: String,
    /// How urgent it is.
    pub priority: NotificationPriority,
    /// Symbol or trader that it is about, if it is known.
    pub subject: Option<String>,
    /// How it is told.
    pub channels: Vec<NotificationChannel>,
    /// When it was made.
    pub created_at: Timestamp,
    /// Not to be tried before.
    pub due_at: Timestamp,
}

impl Fresh {
    /// Whether it is told at once.
    pub fn is_urgent(&self) -> bool {
        self.priority == NotificationPriority::Urgent
    }
}

/// Lets nobody else arrange the queue until the change ends, and answers what is fresh of those recipients who may be
/// told something now: of each the 2,000 most urgent, of equals the oldest. Recipients come in the order of their ids.
///
/// # Errors
///
/// If the database fails.
pub async fn fresh(change: &mut Change<'_>) -> Result<Vec<Fresh>> {
    let now = change.now();
    sqlx::query!("SELECT FROM pg_advisory_xact_lock($1)", ARRANGING).execute(change.connection()).await?;
    let fresh = sqlx::query_as!(
        Fresh,
        r#"SELECT fresh.id, recipient.id AS recipient_id, fresh.kind, priority,
                  COALESCE(market.symbol, conflict.symbol, behavior.user_id) AS "subject?",
                  fresh.channels AS "channels!: Vec<NotificationChannel>", fresh.created_at, due_at AS "due_at!: Timestamp"
           FROM notification_recipients AS recipient,
                LATERAL (
                    SELECT notification.*, waiting.channels, due_at
                    FROM (
                        SELECT notification_id, array_agg(channel ORDER BY channel) AS channels, MIN(next_attempt_at) AS due_at
                        FROM notification_deliveries AS delivery
                        WHERE delivery.recipient_id = recipient.id AND delivery.status = 'PENDING'
                          AND first_attempt_at IS NULL AND next_attempt_at IS NOT NULL
                        GROUP BY notification_id
                    ) AS waiting
                    JOIN notifications AS notification ON notification.id = notification_id
                    WHERE notification.status = 'PENDING'
                      AND (priority = 'URGENT' OR NOT in_quiet_hours(recipient, $1))
                      AND NOT EXISTS (
                          SELECT FROM notification_deliveries AS other
                          WHERE other.notification_id = notification.id
                            AND (other.recipient_id <> recipient.id OR first_attempt_at IS NOT NULL))
                    ORDER BY priority DESC, notification.created_at, notification.id
                    LIMIT $2
                ) AS fresh
                LEFT JOIN anomaly_detections AS market ON market.id = market_anomaly_id
                LEFT JOIN algorithm_conflicts AS conflict ON conflict.id = conflict_id
                LEFT JOIN behavior_anomalies AS behavior ON behavior.id = behavior_id
           ORDER BY recipient.id, priority DESC, fresh.created_at, fresh.id"#,
        now as Timestamp,
        FRESH,
    );
    Ok(fresh.fetch_all(change.connection()).await?)
}

/// Messages that a recipient was sent, or was to be sent, in a stretch of time up to now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Begun {
    /// Who.
    pub recipient_id: Uuid,
    /// Whether the URGENT ones are counted, or the others.
    pub is_urgent: bool,
    /// How many.
    pub messages: i64,
    /// When the first of them was first tried.
    pub first_at: Timestamp,
}

/// Counts the messages whose first attempt was after a moment, by recipient.
///
/// # Errors
///
/// If the database fails.
pub async fn begun_after(change: &mut Change<'_>, after: Timestamp) -> Result<Vec<Begun>> {
    let begun = sqlx::query_as!(
        Begun,
        r#"SELECT recipient_id, priority = 'URGENT' AS "is_urgent!", count(DISTINCT notification_id) AS "messages!",
                  MIN(first_attempt_at) AS "first_at!: Timestamp"
           FROM notification_deliveries JOIN notifications AS notification ON notification.id = notification_id
           WHERE first_attempt_at > $1
           GROUP BY 1, 2
           ORDER BY 1, 2"#,
        after as Timestamp,
    );
    Ok(begun.fetch_all(change.connection()).await?)
}

/// Makes notifications due at a moment each, but for deliveries that were tried.
///
/// # Errors
///
/// If the database fails.
pub async fn reschedule(change: &mut Change<'_>, due: &[(Uuid, Timestamp)]) -> Result<()> {
    if due.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        "UPDATE notification_deliveries AS delivery SET next_attempt_at = given.due_at
         FROM UNNEST($1::uuid[], $2::timestamptz[]) AS given (id, due_at)
         WHERE notification_id = given.id AND status = 'PENDING' AND first_attempt_at IS NULL",
        &column(due, |(id, _)| *id),
        &column(due, |(_, due_at)| *due_at) as &[Timestamp],
    )
    .execute(change.connection())
    .await?;
    Ok(())
}

/// Pending notifications that have nothing (more) to deliver, at most 1,000, and how that went: nobody wanted them, or
/// their recipients left.
///
/// # Errors
///
/// If the database fails.
pub async fn over(change: &mut Change<'_>) -> Result<Vec<Progress>> {
    let over = sqlx::query_as!(
        Progress,
        r#"SELECT id AS notification_id, 0::int8 AS "pending!",
                  count(*) FILTER (WHERE delivery.status = 'DELIVERED') AS "delivered!",
                  count(*) FILTER (WHERE delivery.status = 'FAILED') AS "failed!"
           FROM notifications AS notification LEFT JOIN notification_deliveries AS delivery ON notification_id = id
           WHERE notification.status = 'PENDING'
           GROUP BY id
           HAVING count(*) FILTER (WHERE delivery.status = 'PENDING') = 0
           ORDER BY id
           LIMIT $1"#,
        Window::MOST,
    );
    Ok(over.fetch_all(change.connection()).await?)
}

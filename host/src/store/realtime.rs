//! What is under way, in one statement.

use super::{Store, error::Result, page::Period};
use crate::domain::time::{MINUTE, Timestamp};

/// Counts at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Realtime {
    /// Blocks of the last minute about anomalies that were found.
    pub anomalies: i64,
    /// Blocks of the last minute about decisions that were made.
    pub decisions: i64,
    /// Blocks of the last minute about actions that were done, or failed.
    pub actions: i64,
    /// Decisions that somebody was asked for and that are not made.
    pub pending_decisions: i64,
    /// Decisions that wait for a person.
    pub review_queue: i64,
    /// Actions that are not finished.
    pub pending_actions: i64,
    /// Controls in force.
    pub controls: i64,
    /// Notifications that are not told yet.
    pub pending_notifications: i64,
    /// Jobs that wait or are under way.
    pub open_jobs: i64,
    /// Blocks in the ledger.
    pub ledger_size: i64,
    /// When the last block was sealed.
    pub last_block_at: Option<Timestamp>,
    /// Whether automatic actions are stopped.
    pub is_stopped: bool,
}

/// What is under way at `now`.
///
/// # Errors
///
/// If the database fails.
pub async fn realtime(store: &Store, now: Timestamp) -> Result<Realtime> {
    let counts = sqlx::query_as!(
        Realtime,
        r#"SELECT (SELECT count(*) FROM action_executions WHERE status = 'PENDING') AS "pending_actions!",
                  (SELECT count(*) FROM anomaly_decisions WHERE status = 'PENDING') AS "pending_decisions!",
                  (SELECT count(*) FROM anomaly_decisions WHERE decision = 'REVIEW' AND status = 'DECIDED')
                      AS "review_queue!",
                  (SELECT count(*) FROM active_controls WHERE expires_at IS NULL OR expires_at > $1) AS "controls!",
                  (SELECT count(*) FROM notifications WHERE status = 'PENDING') AS "pending_notifications!",
                  (SELECT count(*) FROM jobs WHERE status IN ('QUEUED', 'RUNNING')) AS "open_jobs!",
                  (SELECT stopped_at IS NOT NULL FROM automation) AS "is_stopped!",
                  (SELECT size FROM ledger_head) AS "ledger_size!",
                  (SELECT at FROM ledger_head) AS "last_block_at: Timestamp",
                  count(*) FILTER (WHERE type = 'ANOMALY_DETECTED') AS "anomalies!",
                  count(*) FILTER (WHERE type = 'DECISION_MADE') AS "decisions!",
                  count(*) FILTER (WHERE type = 'ACTION_EXECUTED') AS "actions!"
           FROM blockchain_blocks WHERE at > $2 AND at <= $1"#,
        now as Timestamp,
        Timestamp(now.0.saturating_sub(MINUTE)) as Timestamp,
    );
    Ok(counts.fetch_one(store.pool()).await?)
}

/// What persons said about anomalies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Marks {
    /// Marked real.
    pub real: i64,
    /// Marked not real.
    pub not_real: i64,
}

/// What persons said about anomalies that opened in a period.
///
/// # Errors
///
/// If the database fails.
pub async fn marks(store: &Store, opened: Period) -> Result<Marks> {
    let marks = sqlx::query_as!(
        Marks,
        r#"SELECT count(*) FILTER (WHERE is_real) AS "real!", count(*) FILTER (WHERE NOT is_real) AS "not_real!"
           FROM (SELECT is_real, opened_at FROM anomaly_detections WHERE is_real IS NOT NULL
                 UNION ALL SELECT is_real, opened_at FROM algorithm_conflicts WHERE is_real IS NOT NULL
                 UNION ALL SELECT is_real, opened_at FROM behavior_anomalies WHERE is_real IS NOT NULL) AS marked
           WHERE ($1::timestamptz IS NULL OR opened_at >= $1) AND ($2::timestamptz IS NULL OR opened_at < $2)"#,
        opened.from as Option<Timestamp>,
        opened.until as Option<Timestamp>,
    );
    Ok(marks.fetch_one(store.pool()).await?)
}

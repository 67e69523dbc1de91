//! Work that waits in the database.

use sqlx::query_as;

use super::{Store, error::Result};
/// How much waits, over all hosts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backlog {
    /// Jobs that nobody has begun.
    pub jobs_queued: i64,
    /// Jobs under way.
    pub jobs_running: i64,
    /// Messages of actions on their way.
    pub outbox: i64,
    /// Messages of actions that were given up.
    pub outbox_dead: i64,
    /// Notifications that nobody has been told of.
    pub notifications: i64,
    /// Messages to recipients on their way.
    pub deliveries: i64,
}

impl Backlog {
    /// Counts what waits, by indexes of nothing else.
    ///
    /// # Errors
    ///
    /// If the database fails.
    pub async fn of(store: &Store) -> Result<Self> {
        let counted = query_as!(
            Self,
            r#"
            SELECT (SELECT count(*) FROM jobs WHERE status = 'QUEUED') AS "jobs_queued!",
                   (SELECT count(*) FROM jobs WHERE status = 'RUNNING') AS "jobs_running!",
                   (SELECT count(*) FROM outbox WHERE delivered_at IS NULL AND dead_at IS NULL) AS "outbox!",
                   (SELECT count(*) FROM outbox WHERE dead_at IS NOT NULL) AS "outbox_dead!",
                   (SELECT count(*) FROM notifications WHERE status = 'PENDING') AS "notifications!",
                   (SELECT count(*) FROM notification_deliveries WHERE status = 'PENDING') AS "deliveries!"
            "#
        );
        Ok(counted.fetch_one(store.pool()).await?)
    }

    /// Each queue with how much waits in it.
    pub const fn queues(&self) -> [(&'static str, i64); 6] {
        [
            ("jobs_queued", self.jobs_queued),
            ("jobs_running", self.jobs_running),
            ("outbox", self.outbox),
            ("outbox_dead", self.outbox_dead),
            ("notifications", self.notifications),
            ("deliveries", self.deliveries),
        ]
    }
}

//! The ledger as those follow it who want to know what happens: how long it is, and what its blocks are about.

use std::{ops::Range, time::Duration};

use sqlx::postgres::{PgListener, PgPoolOptions};
use uuid::Uuid;

use super::{Store, error::Result};
use crate::domain::vocabulary::{BlockType, NotificationStatus};

/// Where appending changes say how many blocks there are.
const CHANNEL: &str = "vyomo_blocks";

/// How long a lost connection may take to come back, before that is an error.
const PATIENCE: Duration = Duration::from_secs(5);

/// A block as far as followers of records have to know it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its number.
    pub number: u64,
    /// Its type.
    pub kind: BlockType,
    /// The anomaly that it is about, unless that is gone.
    pub anomaly: Option<Uuid>,
    /// The decision that it is about, unless that is gone.
    pub decision: Option<Uuid>,
    /// The action that it is about, unless that is gone.
    pub action: Option<Uuid>,
    /// The notification that it is about, unless that is gone.
    pub notification: Option<Uuid>,
    /// How far a notification was, by the block itself.
    pub status: Option<NotificationStatus>,
}

/// Hears of new blocks on a connection of its own, which it makes again when it is lost.
pub struct Listener(PgListener);

impl Listener {
    /// Listens from now on.
    ///
    /// # Errors
    ///
    /// If the database cannot be reached.
    pub async fn open(store: &Store) -> Result<Self> {
        let own = PgPoolOptions::new()
            .max_connections(1)
            .acquire_timeout(PATIENCE)
            .idle_timeout(None)
            .max_lifetime(None)
            .connect_lazy_with((*store.pool().connect_options()).clone());
        let mut listener = PgListener::connect_with(&own).await?;
        listener.listen(CHANNEL).await?;
        Ok(Self(listener))
    }

    /// The ledger's size when it has grown; `None` when the connection was lost, so that something may have been missed.
    ///
    /// # Errors
    ///
    /// If the connection is lost and cannot be made again.
    pub async fn heard(&mut self) -> Result<Option<u64>> {
        let heard = self.0.try_recv().await?;
        Ok(heard.and_then(|notification| notification.payload().parse().ok()))
    }
}

/// How many blocks there are.
///
/// # Errors
///
/// If the database fails.
pub async fn size(store: &Store) -> Result<u64> {
    let size = sqlx::query_scalar!("SELECT size FROM ledger_head").fetch_one(store.pool()).await?;
    Ok(size.unsigned_abs())
}

/// The blocks of some types among those with numbers in a range, in their order.
///
/// # Errors
///
/// If the database fails.
pub async fn entries(store: &Store, numbers: Range<u64>, kinds: &[BlockType]) -> Result<Vec<Entry>> {
    let entries = sqlx::query!(
        r#"SELECT block_number, type AS kind,
                  COALESCE(market_anomaly_id, conflict_id, behavior_id) AS anomaly,
                  decision_id AS "decision?", action_id AS "action?", notification_id AS "notification?",
                  CASE WHEN type IN ('NOTIFICATION_CREATED', 'NOTIFICATION_UPDATED')
                       THEN (convert_from(payload, 'UTF8')::json #>> '{notification,status}')::notification_status
                  END AS status
           FROM blockchain_blocks LEFT JOIN block_references USING (block_number)
           WHERE block_number >= $1 AND block_number < $2 AND type = ANY($3)
           ORDER BY block_number"#,
        numbers.start.cast_signed(),
        numbers.end.cast_signed(),
        kinds as &[BlockType],
    )
    .map(|row| Entry {
        number: row.block_number.unsigned_abs(),
        kind: row.kind,
        anomaly: row.anomaly,
        decision: row.decision,
        action: row.action,
        notification: row.notification,
        status: row.status,
    });
    Ok(entries.fetch_all(store.pool()).await?)
}

/// The last block, of some types and from a number on, whose anomaly, decision, action or notification is gone.
///
/// # Errors
///
/// If the database fails.
pub async fn last_gone(store: &Store, from: u64, kinds: &[BlockType]) -> Result<Option<u64>> {
    let last = sqlx::query_scalar!(
        "SELECT max(block_number) FROM block_references WHERE lost = ANY($2) AND block_number >= $1",
        from.cast_signed(),
        kinds as &[BlockType],
    );
    Ok(last.fetch_one(store.pool()).await?.map(i64::unsigned_abs))
}

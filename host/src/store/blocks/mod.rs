//! The ledger's blocks: `blockchain_blocks`, and what is kept beside them in `block_references`.
//!
//! They are written by [`Change::commit`](super::change::Change::commit) alone.

mod audit;
mod cases;
mod chain;
mod entries;
mod notes;
mod statistics;

pub use audit::{audit, inclusion, keep_report};
pub use cases::{
    by_action, by_anomalies, by_backtest_run, by_behavior, by_conflict, by_decision, by_market_anomaly,
    by_notification, case_of,
};
pub use chain::{BlockFilter, by_hash, by_number, by_type, find, genesis, head, in_range, latest, recent};
pub use entries::Snapshot;
pub use notes::{mark_verified, update_metadata};
pub use statistics::{
    BlockStatistics, IntegrityStatus, Verification, integrity_status, record_verification, statistics,
};

use serde_json::Value;
use uuid::Uuid;

use super::{
    change::About,
    error::{Result, StoreError},
};
use crate::{
    domain::{time::Timestamp, vocabulary::BlockType},
    ledger::{block::Block, hash::Hash, keys::KeyId},
};

/// A block and what is known about it.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredBlock {
    /// As it was sealed.
    pub block: Block,
    /// Records that it is about, as far as they are still there.
    pub about: About,
    /// When a verification first found it whole.
    pub verified_at: Option<Timestamp>,
    /// Notes of the platform's users. Not part of what is hashed.
    pub metadata: Value,
}

/// As the database gives it.
struct Row {
    block_number: i64,
    at: Timestamp,
    block_type: BlockType,
    payload: Vec<u8>,
    previous_block_hash: Hash,
    block_hash: Hash,
    signature: Vec<u8>,
    key_id: Hash,
    market_anomaly_id: Option<Uuid>,
    conflict_id: Option<Uuid>,
    behavior_id: Option<Uuid>,
    decision_id: Option<Uuid>,
    action_id: Option<Uuid>,
    notification_id: Option<Uuid>,
    backtest_run_id: Option<Uuid>,
    verified_at: Option<Timestamp>,
    metadata: Option<Value>,
}

impl Row {
    fn into_block(self) -> Result<StoredBlock> {
        let number = self.block_number;
        let damaged = |what: &str| StoreError::Damaged(format!("block {number} has {what}"));
        let block = Block {
            number: u64::try_from(number).map_err(|_| damaged("a number below zero"))?,
            time: self.at.0,
            kind: self.block_type.name().try_into().map_err(|_| damaged("an unknown type"))?,
            key: KeyId(self.key_id),
            previous: self.previous_block_hash,
            payload: self.payload,
            hash: self.block_hash,
            signature: self.signature.try_into().map_err(|_| damaged("a signature of another length"))?,
        };
        let about = About {
            market_anomaly: self.market_anomaly_id,
            conflict: self.conflict_id,
            behavior: self.behavior_id,
            decision: self.decision_id,
            action: self.action_id,
            notification: self.notification_id,
            backtest_run: self.backtest_run_id,
        };
        let metadata = self.metadata.unwrap_or_else(|| Value::Object(serde_json::Map::default()));
        Ok(StoredBlock { block, about, verified_at: self.verified_at, metadata })
    }
}

fn into_blocks(rows: Vec<Row>) -> Result<Vec<StoredBlock>> {
    rows.into_iter().map(Row::into_block).collect()
}

/// A query of whole blocks: what follows the joined tables, and its parameters.
macro_rules! blocks {
    ($rest:literal $(, $parameter:expr)* $(,)?) => {
        sqlx::query_as!(
            Row,
            r#"SELECT block_number, at, type AS block_type, payload, previous_block_hash AS "previous_block_hash: Hash",
                      block_hash AS "block_hash: Hash", signature, key_id AS "key_id: Hash", market_anomaly_id, conflict_id,
                      behavior_id, decision_id, action_id, notification_id, backtest_run_id, verified_at, metadata AS "metadata?"
               FROM blockchain_blocks LEFT JOIN block_references USING (block_number) "# + $rest,
            $($parameter),*
        )
    };
}
use blocks;

//! What tests of several repositories start from.

use std::{
    fmt::Debug,
    ops::{Deref, Range},
};

use host::{
    domain::{time::Timestamp, vocabulary::BlockType},
    ledger::keys::HostKey,
    store::{Store, journal::Journal},
};
use serde_json::Value;
use tempfile::TempDir;
use tests::database::{self, Database};
use uuid::Uuid;

/// 2026-01-01T00:00:00Z.
pub(crate) const NEW_YEAR: i64 = 1_767_225_600_000_000;

/// A moment, seconds after the new year.
pub(crate) const fn second(seconds: i64) -> Timestamp {
    Timestamp(NEW_YEAR + seconds * 1_000_000)
}

/// An id.
pub(crate) const fn id(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

/// A journal whose database is gone after the test.
pub(crate) struct Base {
    journal: Journal,
    _database: Database,
    _folder: TempDir,
}

impl Deref for Base {
    type Target = Journal;

    fn deref(&self) -> &Journal {
        &self.journal
    }
}

/// A database of one's own.
pub(crate) async fn journal(name: &str) -> Base {
    let (database, folder) = (database::fresh(name).await, TempDir::new().unwrap());
    let store = Store::new(database.pool.clone());
    let journal =
        Journal::open(store, HostKey::from_seed(&[7; 32]), &folder.path().join("head")).await.unwrap();
    Base { journal, _database: database, _folder: folder }
}

/// Payloads of the blocks of one type, in their order.
pub(crate) async fn blocks(store: &Store, kind: BlockType) -> Vec<Value> {
    let payloads: Vec<Vec<u8>> =
        sqlx::query_scalar("SELECT payload FROM blockchain_blocks WHERE type = $1 ORDER BY block_number")
            .bind(kind)
            .fetch_all(store.pool())
            .await
            .unwrap();
    payloads.iter().map(|payload| serde_json::from_slice(payload).unwrap()).collect()
}

/// Records one anomaly of a symbol for each number, and a decision with that number as its id.
pub(crate) async fn decide(store: &Store, numbers: Range<u32>, decision: &str) -> Vec<Uuid> {
    sqlx::query_scalar(
        "WITH anomalies AS (
             INSERT INTO anomaly_detections
                 (id, type, kind, detector, symbol, severity, score, message, findings, opened_at, last_at, recorded_at)
             SELECT ('00000000-0000-0000-0001-' || lpad(to_hex(n), 12, '0'))::uuid, 'PRICE_SPIKE', 'PRICE_SPIKE', 'test',
                    'NIFTY', 'HIGH', 0.9, 'up', 1, at, at, at
             FROM generate_series($1::int, $2::int - 1) AS n, LATERAL (SELECT $4 + n * interval '1 s') AS at (at)
             RETURNING id, opened_at
         )
         INSERT INTO anomaly_decisions
             (id, market_anomaly_id, decision, status, decided_by, reason, latency, decided_at)
         SELECT ('00000000-0000-0000-0000-' || right(id::text, 12))::uuid, id, $3::decision_type, 'DECIDED', 'POLICY',
                'a rule', 0, opened_at
         FROM anomalies ORDER BY id
         RETURNING id",
    )
    .bind(numbers.start.cast_signed())
    .bind(numbers.end.cast_signed())
    .bind(decision)
    .bind(second(0))
    .fetch_all(store.pool())
    .await
    .unwrap()
}

/// Fails with what there is where there should be nothing.
#[track_caller]
pub(crate) fn assert_none<T: Debug>(items: &[T]) {
    assert_eq!(items.len(), 0, "{items:?}");
}

//! Reading the ledger's blocks, noting things beside them, and what the database refuses to do to them.

use std::path::Path;

use host::{
    domain::{
        time::{DAY, Timestamp},
        vocabulary::BlockType,
    },
    ledger::{hash::Hash, keys::HostKey},
    store::{
        Store,
        blocks::{self, Verification},
        change::About,
        error::StoreError,
        journal::Journal,
        page::Period,
    },
};
use serde_json::json;
use sqlx::PgPool;
use tempfile::TempDir;
use tests::database::{self, Database};

struct Ledger {
    database: Database,
    folder: TempDir,
    journal: Journal,
}

impl Ledger {
    async fn begin(name: &str) -> Self {
        let (database, folder) = (database::fresh(name).await, TempDir::new().unwrap());
        let journal = open(&database.pool, HostKey::generate().unwrap(), folder.path()).await.unwrap();
        Self { database, folder, journal }
    }

    fn store(&self) -> &Store {
        self.journal.store()
    }

    /// Appends a block of each type at a moment.
    async fn append(&self, at: i64, types: &[BlockType]) {
        let mut change = self.journal.begin(Timestamp(at)).await.unwrap();
        for (number, block_type) in types.iter().enumerate() {
            change.note(*block_type, &json!({ "number": number }), About::default()).unwrap();
        }
        change.commit().await.unwrap();
    }
}

async fn open(pool: &PgPool, key: HostKey, folder: &Path) -> Result<Journal, StoreError> {
    Journal::open(Store::new(pool.clone()), key, &folder.join("head")).await
}

fn numbers(blocks: &[blocks::StoredBlock]) -> Vec<u64> {
    blocks.iter().map(|stored| stored.block.number).collect()
}

#[tokio::test]
async fn an_empty_ledger_has_no_blocks() {
    let ledger = Ledger::begin("blocks_empty").await;
    let store = ledger.store();
    assert_eq!(blocks::genesis(store).await.unwrap(), None);
    assert_eq!(blocks::latest(store).await.unwrap(), None);
    assert_eq!(blocks::by_hash(store, Hash::ZERO).await.unwrap(), None);
    assert_eq!(blocks::recent(store, 10).await.unwrap(), []);
    assert_eq!(blocks::in_range(store, 0, 10).await.unwrap(), []);
    assert!(blocks::head(store).await.unwrap().is_none());
    assert_eq!(blocks::statistics(store, Period::default()).await.unwrap().total, 0);
    let status = blocks::integrity_status(store).await.unwrap();
    assert_eq!((status.size, status.unverified, status.last), (0, 0, None));
}

#[tokio::test]
async fn a_change_without_blocks_does_not_begin_a_ledger() {
    let ledger = Ledger::begin("blocks_none").await;
    assert_eq!(ledger.journal.begin(Timestamp(1)).await.unwrap().commit().await.unwrap(), 0..0);
    assert_eq!(blocks::latest(ledger.store()).await.unwrap(), None);
}

#[tokio::test]
async fn blocks_are_found_by_number_hash_type_and_range() {
    let ledger = Ledger::begin("blocks_found").await;
    ledger.append(1, &[BlockType::PluginChanged, BlockType::PolicyChanged, BlockType::PluginChanged]).await;
    ledger.append(2, &[BlockType::PolicyChanged]).await;
    let store = ledger.store();
    let genesis = blocks::genesis(store).await.unwrap().unwrap();
    assert_eq!((genesis.block.number, genesis.block.kind.as_str()), (0, "GENESIS"));
    let third = blocks::by_number(store, 3).await.unwrap().unwrap();
    assert_eq!(third.block.previous, blocks::by_number(store, 2).await.unwrap().unwrap().block.hash);
    assert_eq!(blocks::by_hash(store, third.block.hash).await.unwrap(), Some(third));
    assert_eq!(blocks::by_number(store, 5).await.unwrap(), None);
    assert_eq!(blocks::latest(store).await.unwrap().unwrap().block.number, 4);
    assert_eq!(numbers(&blocks::recent(store, 2).await.unwrap()), [4, 3]);
    assert_eq!(numbers(&blocks::in_range(store, 1, 3).await.unwrap()), [1, 2, 3]);
    let plugins = |before| blocks::by_type(store, BlockType::PluginChanged, before, 1);
    assert_eq!(numbers(&plugins(None).await.unwrap()), [3]);
    assert_eq!(numbers(&plugins(Some(3)).await.unwrap()), [1]);
    assert_eq!(numbers(&plugins(Some(1)).await.unwrap()), [0_u64; 0]);
}

#[tokio::test]
async fn time_never_goes_back() {
    let ledger = Ledger::begin("blocks_time").await;
    ledger.append(2_000, &[BlockType::PolicyChanged]).await;
    ledger.append(1_000, &[BlockType::PolicyChanged]).await;
    assert_eq!(blocks::latest(ledger.store()).await.unwrap().unwrap().block.time, 2_000);
}

#[tokio::test]
async fn statistics_count_by_type_and_utc_day() {
    let ledger = Ledger::begin("blocks_statistics").await;
    ledger.append(DAY - 1, &[BlockType::PolicyChanged]).await;
    ledger.append(DAY, &[BlockType::PolicyChanged, BlockType::PluginChanged]).await;
    let statistics = blocks::statistics(ledger.store(), Period::default()).await.unwrap();
    assert_eq!(statistics.total, 4);
    assert_eq!(statistics.by_type[&BlockType::PolicyChanged], 2);
    assert_eq!(statistics.by_day, [(Timestamp(0), 2), (Timestamp(DAY), 2)]);
    let second = Period { from: Some(Timestamp(DAY)), until: None };
    assert_eq!(blocks::statistics(ledger.store(), second).await.unwrap().total, 2);
}

#[tokio::test]
async fn notes_are_kept_beside_a_block_and_change_nothing_of_it() {
    let ledger = Ledger::begin("blocks_notes").await;
    ledger.append(1, &[BlockType::PolicyChanged]).await;
    let store = ledger.store();
    let before = blocks::by_number(store, 1).await.unwrap().unwrap();
    assert!(blocks::update_metadata(store, 1, &json!({ "ticket": "A-1", "by": "asha" })).await.unwrap());
    assert!(blocks::update_metadata(store, 1, &json!({ "ticket": "A-2", "by": null })).await.unwrap());
    assert!(!blocks::update_metadata(store, 9, &json!({})).await.unwrap());
    assert_eq!(blocks::mark_verified(store, 0, 9, Timestamp(5)).await.unwrap(), 2);
    let after = blocks::by_number(store, 1).await.unwrap().unwrap();
    assert_eq!(after.block, before.block);
    assert_eq!((after.metadata, after.verified_at), (json!({ "ticket": "A-2" }), Some(Timestamp(5))));
}

#[tokio::test]
async fn verifications_are_remembered() {
    let ledger = Ledger::begin("blocks_verified").await;
    ledger.append(1, &[BlockType::PolicyChanged]).await;
    let verification = Verification {
        started_at: Timestamp(10),
        finished_at: Timestamp(11),
        first_block: 0,
        last_block: 0,
        faults: 0,
        is_authenticated: true,
        report: json!([]),
    };
    blocks::record_verification(ledger.store(), &verification).await.unwrap();
    let status = blocks::integrity_status(ledger.store()).await.unwrap();
    assert_eq!((status.size, status.unverified, status.last), (2, 1, Some(verification)));
}

#[tokio::test]
async fn nobody_changes_or_removes_blocks() {
    let ledger = Ledger::begin("blocks_stay").await;
    ledger.append(1, &[BlockType::PolicyChanged]).await;
    for statement in [
        "UPDATE blockchain_blocks SET payload = '{}'",
        "UPDATE blockchain_blocks SET at = now() WHERE block_number = 1",
        "DELETE FROM blockchain_blocks WHERE block_number = 1",
        "TRUNCATE blockchain_blocks",
        "TRUNCATE blockchain_blocks CASCADE",
        "UPDATE ledger_head SET size = 1",
        "DELETE FROM ledger_head",
        "TRUNCATE ledger_head",
    ] {
        let refused = sqlx::raw_sql(statement).execute(&ledger.database.pool).await.unwrap_err();
        assert!(refused.to_string().contains("is refused"), "{statement}: {refused}");
    }
    assert_eq!(blocks::in_range(ledger.store(), 0, 9).await.unwrap().len(), 2);
}

#[tokio::test]
async fn the_database_has_no_room_for_a_fork() {
    let ledger = Ledger::begin("blocks_fork").await;
    ledger.append(1, &[BlockType::PolicyChanged]).await;
    let fork = "INSERT INTO blockchain_blocks
                SELECT 2, at, type, payload, previous_block_hash, sha256(block_hash), signature, key_id
                FROM blockchain_blocks WHERE block_number = 1";
    let refused = sqlx::raw_sql(fork).execute(&ledger.database.pool).await.unwrap_err();
    assert!(refused.to_string().contains("previous_block_hash"), "{refused}");
}

#[tokio::test]
async fn a_key_that_nobody_admitted_cannot_append() {
    let ledger = Ledger::begin("blocks_stranger").await;
    ledger.append(1, &[BlockType::PolicyChanged]).await;
    let elsewhere = TempDir::new().unwrap();
    let stranger = open(&ledger.database.pool, HostKey::generate().unwrap(), elsewhere.path()).await.unwrap();
    let mut change = stranger.begin(Timestamp(2)).await.unwrap();
    change.note(BlockType::PolicyChanged, &json!({}), About::default()).unwrap();
    let refused = change.commit().await.unwrap_err().to_string();
    assert!(refused.contains("host ledger key admit"), "{refused}");
    assert_eq!(blocks::latest(ledger.store()).await.unwrap().unwrap().block.number, 1);
}

#[tokio::test]
async fn yesterdays_database_is_noticed_and_not_continued() {
    let ledger = Ledger::begin("blocks_yesterday").await;
    let other = database::fresh("blocks_yesterday_other").await;
    ledger.append(1, &[BlockType::PolicyChanged]).await;
    let refused = open(&other.pool, HostKey::generate().unwrap(), ledger.folder.path()).await.err().unwrap();
    assert!(refused.to_string().contains("has seen 2 of"), "{refused}");
}

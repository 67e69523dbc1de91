//! Figures about the chain, and the outcomes of its verifications.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::{
    domain::{time::Timestamp, vocabulary::BlockType},
    store::{Store, error::Result, page::Period},
};

/// How many blocks there are.
#[derive(Clone, Debug, PartialEq)]
pub struct BlockStatistics {
    /// In all.
    pub total: i64,
    /// By type; types without blocks are missing.
    pub by_type: BTreeMap<BlockType, i64>,
    /// By UTC day, oldest first: its first moment and its blocks; days without blocks are missing.
    pub by_day: Vec<(Timestamp, i64)>,
}

/// Counts blocks of a period.
///
/// # Errors
///
/// If the database fails.
pub async fn statistics(store: &Store, period: Period) -> Result<BlockStatistics> {
    let counts = sqlx::query!(
        r#"SELECT type AS "block_type!: BlockType", date_trunc('day', at, 'UTC') AS "day!", count(*) AS "blocks!"
           FROM blockchain_blocks
           WHERE ($1::timestamptz IS NULL OR at >= $1) AND ($2::timestamptz IS NULL OR at < $2)
           GROUP BY 1, 2 ORDER BY 2"#,
        period.from as Option<Timestamp>,
        period.until as Option<Timestamp>,
    )
    .fetch_all(store.pool())
    .await?;
    let (mut by_type, mut by_day) = (BTreeMap::new(), BTreeMap::new());
    for count in &counts {
        *by_type.entry(count.block_type).or_insert(0) += count.blocks;
        *by_day.entry(count.day).or_insert(0) += count.blocks;
    }
    let total = by_type.values().sum();
    Ok(BlockStatistics { total, by_type, by_day: by_day.into_iter().collect() })
}

/// One verification and what came of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Verification {
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended.
    pub finished_at: Timestamp,
    /// First block looked at.
    pub first_block: i64,
    /// Last block looked at.
    pub last_block: i64,
    /// Faults found.
    pub faults: i64,
    /// Whether a key from outside vouched for the chain.
    pub is_authenticated: bool,
    /// Faults by name, as far as they were listed.
    pub report: Value,
}

/// How the chain stands.
#[derive(Clone, Debug, PartialEq)]
pub struct IntegrityStatus {
    /// Blocks in the chain.
    pub size: i64,
    /// Blocks after the last one that a verification covered.
    pub unverified: i64,
    /// The newest verification.
    pub last: Option<Verification>,
}

/// Keeps the outcome of a verification.
///
/// # Errors
///
/// If the database fails.
pub async fn record_verification(store: &Store, verification: &Verification) -> Result<()> {
    sqlx::query!(
        "INSERT INTO ledger_verifications
             (started_at, finished_at, first_block, last_block, faults, is_authenticated, report)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        verification.started_at as Timestamp,
        verification.finished_at as Timestamp,
        verification.first_block,
        verification.last_block,
        verification.faults,
        verification.is_authenticated,
        verification.report,
    )
    .execute(store.pool())
    .await?;
    Ok(())
}

/// The chain's size, its newest verification, and how much has come since.
///
/// # Errors
///
/// If the database fails.
pub async fn integrity_status(store: &Store) -> Result<IntegrityStatus> {
    let last = sqlx::query_as!(
        Verification,
        "SELECT started_at, finished_at, first_block, last_block, faults, is_authenticated, report
         FROM ledger_verifications ORDER BY started_at DESC, id DESC LIMIT 1"
    )
    .fetch_optional(store.pool())
    .await?;
    let size = sqlx::query_scalar!("SELECT size FROM ledger_head").fetch_one(store.pool()).await?;
    let covered = last.as_ref().map_or(0, |last| last.last_block + 1);
    Ok(IntegrityStatus { size, unverified: (size - covered).max(0), last })
}

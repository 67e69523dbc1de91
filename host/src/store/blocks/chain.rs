//! Blocks by their place in the chain.

use super::{Hash, Row, StoredBlock, Uuid, blocks, into_blocks};
use crate::{
    domain::{time::Timestamp, vocabulary::BlockType},
    ledger::seal::Head,
    store::{
        Store,
        error::Result,
        journal::{HeadRow, into_head},
        page::{Cursor, Page, Period, Window},
    },
};

/// Which blocks to find; all where nothing is said.
#[derive(Clone, Copy, Debug, Default)]
pub struct BlockFilter {
    /// Of this type.
    pub block_type: Option<BlockType>,
    /// Sealed in this stretch of time.
    pub sealed: Period,
}

/// Finds blocks, newest first.
///
/// # Errors
///
/// If the database fails or a row cannot be a block.
pub async fn find(store: &Store, filter: BlockFilter, window: Window) -> Result<Page<StoredBlock>> {
    let rows = blocks!(
        "WHERE ($1::block_type IS NULL OR type = $1)
           AND ($2::timestamptz IS NULL OR at >= $2) AND ($3::timestamptz IS NULL OR at < $3)
           AND block_number < $4
         ORDER BY block_number DESC LIMIT $5",
        filter.block_type as Option<BlockType>,
        filter.sealed.from as Option<Timestamp>,
        filter.sealed.until as Option<Timestamp>,
        window.id().map_or(i64::MAX, |last| last.as_u128() as i64),
        window.rows(),
    );
    Ok(Page::cut(into_blocks(rows.fetch_all(store.pool()).await?)?, window, StoredBlock::cursor))
}

impl StoredBlock {
    /// Where it stands in a list: its number takes the place of an id.
    pub fn cursor(&self) -> Cursor {
        Cursor { at: Timestamp(self.block.time), id: Uuid::from_u128(self.block.number.into()) }
    }
}

/// The block of a number.
///
/// # Errors
///
/// If the database fails or the row cannot be a block.
pub async fn by_number(store: &Store, number: u64) -> Result<Option<StoredBlock>> {
    let row = blocks!("WHERE block_number = $1", number as i64).fetch_optional(store.pool()).await?;
    row.map(Row::into_block).transpose()
}

/// The block of a hash.
///
/// # Errors
///
/// If the database fails or the row cannot be a block.
pub async fn by_hash(store: &Store, hash: Hash) -> Result<Option<StoredBlock>> {
    let row = blocks!("WHERE block_hash = $1", hash as Hash).fetch_optional(store.pool()).await?;
    row.map(Row::into_block).transpose()
}

/// The first block.
///
/// # Errors
///
/// If the database fails or the row cannot be a block.
pub async fn genesis(store: &Store) -> Result<Option<StoredBlock>> {
    by_number(store, 0).await
}

/// The newest block.
///
/// # Errors
///
/// If the database fails or the row cannot be a block.
pub async fn latest(store: &Store) -> Result<Option<StoredBlock>> {
    Ok(recent(store, 1).await?.pop())
}

/// The newest blocks, newest first; at most [`Window::MOST`].
///
/// # Errors
///
/// If the database fails or a row cannot be a block.
pub async fn recent(store: &Store, limit: i64) -> Result<Vec<StoredBlock>> {
    let limit = limit.clamp(1, Window::MOST);
    into_blocks(blocks!("ORDER BY block_number DESC LIMIT $1", limit).fetch_all(store.pool()).await?)
}

/// Blocks of a type before a block, or the newest, newest first; at most [`Window::MOST`].
///
/// # Errors
///
/// If the database fails or a row cannot be a block.
pub async fn by_type(
    store: &Store,
    block_type: BlockType,
    before: Option<u64>,
    limit: i64,
) -> Result<Vec<StoredBlock>> {
    let rows = blocks!(
        "WHERE type = $1 AND block_number < $2 ORDER BY block_number DESC LIMIT $3",
        block_type as BlockType,
        before.map_or(i64::MAX, |number| number as i64),
        limit.clamp(1, Window::MOST),
    );
    into_blocks(rows.fetch_all(store.pool()).await?)
}

/// Blocks from a number on, oldest first: how a whole chain is read, `limit` at a time.
///
/// # Errors
///
/// If the database fails or a row cannot be a block.
pub async fn in_range(store: &Store, from: u64, limit: i64) -> Result<Vec<StoredBlock>> {
    let rows = blocks!("WHERE block_number >= $1 ORDER BY block_number LIMIT $2", from as i64, limit.max(1));
    into_blocks(rows.fetch_all(store.pool()).await?)
}

/// The signed head; `None` before the first block.
///
/// # Errors
///
/// If the database fails or the row cannot be a head.
pub async fn head(store: &Store) -> Result<Option<Head>> {
    let row = sqlx::query_as!(
        HeadRow,
        r#"SELECT at, block_hash AS "block_hash: Hash", tree, trust, checkpoint FROM ledger_head"#
    );
    into_head(row.fetch_one(store.pool()).await?)
}

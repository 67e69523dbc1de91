//! The chain as it is stored, for verification: one snapshot, read as a stream, nothing of it taken for granted.

use std::ops::RangeInclusive;

use futures::{Stream, TryStreamExt as _};
use sqlx::{Postgres, Transaction};

use crate::{
    domain::time::Timestamp,
    ledger::{
        block::{Block, BlockKind},
        hash::Hash,
        keys::KeyId,
        seal::Head,
        verify::{Entry, LastHead},
    },
    store::{
        Store,
        error::Result,
        journal::{HeadRow, into_head},
    },
};

/// The chain at one moment.
pub struct Snapshot {
    transaction: Transaction<'static, Postgres>,
}

/// A row of the chain; whatever a damaged table could lack is optional.
struct Row {
    number: i64,
    at: Option<Timestamp>,
    kind: Option<String>,
    payload: Option<Vec<u8>>,
    previous: Option<Vec<u8>>,
    hash: Option<Vec<u8>>,
    signature: Option<Vec<u8>>,
    key: Option<Vec<u8>>,
    is_wanted: bool,
}

impl Snapshot {
    /// The chain as it is now.
    ///
    /// # Errors
    ///
    /// If the database fails.
    pub async fn of(store: &Store) -> Result<Self> {
        let begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
        Ok(Self { transaction: store.pool().begin_with(begin).await? })
    }

    /// The head; `None` before the first block.
    ///
    /// # Errors
    ///
    /// If the database fails or the row cannot be a head.
    pub async fn head(&mut self) -> Result<Option<Head>> {
        let row = sqlx::query_as!(
            HeadRow,
            r#"SELECT at, block_hash AS "block_hash: Hash", tree, trust, checkpoint FROM ledger_head"#
        );
        into_head(row.fetch_one(&mut *self.transaction).await?)
    }

    /// The head as it is kept, whatever it is.
    pub async fn last_head(&mut self) -> LastHead {
        match self.head().await {
            Ok(None) => LastHead::Missing,
            Ok(Some(head)) => LastHead::Kept(head),
            Err(error) => LastHead::Unreadable(error.to_string()),
        }
    }

    /// Everything that is kept as a block, by number, in chunks: whole blocks where the number is in `wanted` and where
    /// they are about keys, the others' hashes. The stream ends with the first failure of the database.
    pub fn entries(
        &mut self,
        wanted: RangeInclusive<u64>,
    ) -> impl Stream<Item = Result<Vec<Entry>>> + Send + Unpin + '_ {
        let bound = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        let rows = sqlx::query_as!(
            Row,
            r#"SELECT block_number AS number, CASE WHEN isfinite(at) THEN at END AS at, type::text AS kind,
                      CASE WHEN is_wanted THEN payload END AS payload, previous_block_hash AS "previous?",
                      block_hash AS "hash?", signature AS "signature?", key_id AS "key?", is_wanted AS "is_wanted!"
               FROM blockchain_blocks, LATERAL (
                   SELECT block_number BETWEEN $1 AND $2
                       OR type IN ('GENESIS', 'KEY_ADMITTED', 'KEY_ROTATED', 'KEY_REVOKED') AS is_wanted
               ) AS choice
               ORDER BY block_number"#,
            bound(*wanted.start()),
            bound(*wanted.end()),
        )
        .fetch(&mut *self.transaction);
        rows.try_chunks(CHUNK)
            .map_ok(|rows| rows.into_iter().map(Row::into_entry).collect())
            .map_err(|error| error.1.into())
    }
}

/// Entries that are given together.
const CHUNK: usize = 4096;

impl Row {
    fn into_entry(self) -> Entry {
        let number = self.number.try_into().unwrap_or_default();
        self.read().unwrap_or_else(|reason| Entry::Unreadable { number, reason: reason.to_owned() })
    }

    fn read(self) -> std::result::Result<Entry, &'static str> {
        let hash = |bytes: Option<Vec<u8>>| {
            let bytes = bytes.ok_or("a column is empty")?;
            Hash::try_from(bytes.as_slice()).map_err(|_| "a hash has another length than 32 bytes")
        };
        let number = self.number.try_into().map_err(|_| "its number is below zero")?;
        if !self.is_wanted {
            return Ok(Entry::Hash { number, hash: hash(self.hash)? });
        }
        let kind = self.kind.and_then(|kind| BlockKind::try_from(kind).ok()).ok_or("it has no kind")?;
        let signature = self.signature.and_then(|bytes| bytes.try_into().ok());
        Ok(Entry::Block(Block {
            number,
            time: self.at.ok_or("it has no finite time")?.0,
            kind,
            key: KeyId(hash(self.key)?),
            previous: hash(self.previous)?,
            payload: self.payload.ok_or("it has no payload")?,
            hash: hash(self.hash)?,
            signature: signature.ok_or("its signature has another length than 64 bytes")?,
        }))
    }
}

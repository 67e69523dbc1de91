//! The ledger: blocks, figures, verification, proofs, the whole chain.

use std::{ops::RangeInclusive, sync::Arc};

use futures::{Stream, stream::try_unfold};
use tokio::sync::SemaphorePermit;
use uuid::Uuid;

use super::{
    Platform, Result, ServiceError,
    page::Listed,
    views::{Block, BlockDayCount, BlockTypeCount, BlockchainStats, LedgerHead, LedgerVerification},
};
use crate::{
    access::{Caller, Scope},
    ledger::{export::Exporter, hash::Hash, seal::Head},
    store::{
        Store,
        blocks::{self, Snapshot, StoredBlock},
        error::{self, StoreError},
        page::{Period, Window},
    },
};

pub use crate::store::blocks::BlockFilter;

/// Blocks of one piece of an export.
const PAGE: u64 = 500;

/// Which block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BlockId {
    /// By its number.
    Number(u64),
    /// By its hash.
    Hash(Hash),
}

impl BlockId {
    /// Reads a number, or a hash of 64 hexadecimal digits.
    ///
    /// # Errors
    ///
    /// [`ServiceError::Invalid`] if it is neither.
    pub fn parse(text: &str) -> Result<Self> {
        let number = text.parse().map(Self::Number);
        number.or_else(|_| text.parse().map(Self::Hash)).map_err(|_| {
            ServiceError::invalid("id", "give the block's number, or its hash of 64 hexadecimal digits")
        })
    }
}

/// Blocks, newest first.
///
/// # Errors
///
/// If the caller may not see them, or the database fails.
pub async fn list(
    platform: &Platform,
    caller: &Caller,
    filter: BlockFilter,
    window: Window,
) -> Result<Listed<Block>> {
    caller.check(Scope::Viewer)?;
    let found = blocks::find(platform.store(), filter, window).await?;
    Ok(Listed::of(found, StoredBlock::cursor))
}

/// One block.
///
/// # Errors
///
/// If there is none, the caller may not see it, or the database fails.
pub async fn get(platform: &Platform, caller: &Caller, id: BlockId) -> Result<Block> {
    caller.check(Scope::Viewer)?;
    let (found, name) = match id {
        BlockId::Number(number) => (blocks::by_number(platform.store(), number).await?, number.to_string()),
        BlockId::Hash(hash) => (blocks::by_hash(platform.store(), hash).await?, hash.to_string()),
    };
    found.map(Block::from).ok_or_else(|| ServiceError::not_found("block", name))
}

/// Blocks about an anomaly, and about what was decided, done and told because of it; oldest first, at most 1,000.
///
/// # Errors
///
/// If the caller may not see them, or the database fails.
pub async fn of_anomaly(platform: &Platform, caller: &Caller, id: Uuid) -> Result<Vec<Block>> {
    caller.check(Scope::Viewer)?;
    let store = platform.store();
    let Some(first) = first_about(store, id).await? else {
        return Err(ServiceError::not_found("anomaly with blocks", id));
    };
    Ok(blocks::case_of(store, first).await?.into_iter().map(Block::from).collect())
}

/// Number of the first block about an anomaly of any family.
async fn first_about(store: &Store, id: Uuid) -> Result<Option<u64>> {
    let mut found = blocks::by_market_anomaly(store, id).await?;
    if found.is_empty() {
        found = blocks::by_conflict(store, id).await?;
    }
    if found.is_empty() {
        found = blocks::by_behavior(store, id).await?;
    }
    Ok(found.first().map(|stored| stored.block.number))
}

/// Figures about the blocks of a period.
///
/// # Errors
///
/// If the caller may not see them, or the database fails.
pub async fn statistics(platform: &Platform, caller: &Caller, period: Period) -> Result<BlockchainStats> {
    caller.check(Scope::Viewer)?;
    let statistics = blocks::statistics(platform.store(), period).await?;
    let integrity = blocks::integrity_status(platform.store()).await?;
    let by_type = statistics.by_type.into_iter();
    let by_day = statistics.by_day.into_iter();
    Ok(BlockchainStats {
        total: statistics.total,
        by_type: by_type.map(|(block_type, blocks)| BlockTypeCount { block_type, blocks }).collect(),
        by_day: by_day.map(|(day, blocks)| BlockDayCount { day, blocks }).collect(),
        size: integrity.size,
        unverified: integrity.unverified,
        verified_at: integrity.last.as_ref().map(|last| last.finished_at),
        faults: integrity.last.as_ref().map(|last| last.faults),
    })
}

/// The signed end of the chain.
///
/// # Errors
///
/// If there is no block yet, the caller may not see it, or the database fails.
pub async fn head(platform: &Platform, caller: &Caller) -> Result<LedgerHead> {
    caller.check(Scope::Viewer)?;
    let head = blocks::head(platform.store()).await?;
    head.map(LedgerHead::from).ok_or_else(no_block)
}

fn no_block() -> ServiceError {
    ServiceError::not_found("block", 0)
}

/// Checks the content of the blocks of these numbers, and the links of all, against this host's key and the head that
/// it keeps outside the database. The outcome is kept. A check that takes longer than a request goes on by itself, and
/// whoever asks for the same again gets its outcome.
///
/// # Errors
///
/// If the caller may not ask for it, the check is under way or somebody else has the ledger read, or the database
/// fails.
pub async fn verify(
    platform: &Arc<Platform>,
    caller: &Caller,
    wanted: RangeInclusive<u64>,
) -> Result<LedgerVerification> {
    caller.check(Scope::Viewer)?;
    if wanted.is_empty() {
        return Err(ServiceError::invalid("from", "it is after `to`"));
    }
    platform.verifications.outcome(platform, wanted).await
}

/// Reading the whole ledger is heavy, so only one caller does it at a time.
fn turn(platform: &Platform) -> Result<SemaphorePermit<'_>> {
    platform.ledger_reader.try_acquire().map_err(|_| busy())
}

pub(super) fn busy() -> ServiceError {
    ServiceError::Overloaded {
        reason: "somebody else has the whole ledger read".to_owned(),
        retry_after: std::time::Duration::from_secs(2),
    }
}

/// Proves that a block is in the ledger: a `c2sp.org/tlog-proof@v1` text that anybody can check with a public key.
///
/// # Errors
///
/// If there is no such block, the caller may not see it, somebody else has the ledger read just now, or the database
/// fails.
pub async fn prove(platform: &Platform, caller: &Caller, id: BlockId) -> Result<String> {
    let number = get(platform, caller, id).await?.number;
    let _turn = turn(platform)?;
    let mut snapshot = Snapshot::of(platform.store()).await?;
    let proof = blocks::inclusion(&mut snapshot, number, |_| ()).await?;
    let proof = proof.ok_or_else(|| ServiceError::not_found("block", number))?;
    proof.encode().map_err(|error| ServiceError::Internal(error.into()))
}

/// The whole chain as a file that anybody can check (docs/LEDGER.md), piece by piece: each is read when the one before
/// was taken, so that a slow reader holds nothing up. What is sealed meanwhile is not in it.
///
/// # Errors
///
/// If there is no block yet, the caller may not see it, or the database fails; after the first piece the stream says
/// what fails.
pub async fn export(
    platform: &Platform,
    caller: &Caller,
) -> Result<impl Stream<Item = error::Result<Vec<u8>>> + use<>> {
    caller.check(Scope::Viewer)?;
    let store = platform.store().clone();
    let head = Arc::new(blocks::head(&store).await?.ok_or_else(no_block)?);
    let exporter = Exporter::begin(Vec::new(), &head.checkpoint).map_err(unwritten)?;
    Ok(Box::pin(try_unfold(Some((exporter, 0)), move |course| {
        let (store, head) = (store.clone(), Arc::clone(&head));
        async move {
            let Some((exporter, from)) = course else { return Ok(None) };
            piece(&store, &head, exporter, from).await.map(Some)
        }
    })))
}

/// How far an export is: what writes it, and the first block that is not written.
type Course = (Exporter<Vec<u8>>, u64);

/// The next piece of an export, and how it goes on.
async fn piece(
    store: &Store,
    head: &Head,
    mut exporter: Exporter<Vec<u8>>,
    from: u64,
) -> error::Result<(Vec<u8>, Option<Course>)> {
    let until = head.size().min(from + PAGE);
    if from == until {
        return Ok((exporter.finish(&head.checkpoint).map_err(unwritten)?, None));
    }
    let mut page = blocks::in_range(store, from, (until - from) as i64).await?.into_iter();
    for number in from..until {
        let found = page.next().filter(|found| found.block.number == number);
        let found = found.ok_or_else(|| StoreError::Damaged(format!("block {number} is not there")))?;
        exporter.block(&found.block).map_err(unwritten)?;
    }
    let piece = std::mem::take(exporter.get_mut());
    Ok((piece, Some((exporter, until))))
}

#[expect(clippy::needless_pass_by_value, reason = "what `map_err` hands over")]
fn unwritten(error: std::io::Error) -> StoreError {
    StoreError::Damaged(error.to_string())
}

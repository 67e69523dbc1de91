//! The ledger: blocks, figures, verification, proofs, the whole chain.

use std::ops::RangeInclusive;

use futures::{Stream, TryStreamExt as _};
use tokio::sync::{SemaphorePermit, mpsc};
use tokio_stream::wrappers::ReceiverStream;
use uuid::Uuid;

use super::{
    Platform, Result, ServiceError,
    page::Listed,
    views::{
        Block, BlockDayCount, BlockTypeCount, BlockchainStats, LedgerFault, LedgerHead, LedgerVerification,
    },
};
use crate::{
    access::{Caller, Scope},
    ledger::{
        export::Exporter,
        hash::Hash,
        seal::Head,
        verify::{Entry, OutsideHead, Report},
    },
    store::{
        Store,
        blocks::{self, Snapshot, StoredBlock},
        error::{self, StoreError},
        head_copy,
        page::{Period, Window},
    },
};

pub use crate::store::blocks::BlockFilter;

/// Pieces of an export that are read ahead of a slow reader.
const AHEAD: usize = 2;

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
/// it keeps outside the database. The outcome is kept.
///
/// # Errors
///
/// If the caller may not ask for it, somebody else does just now, or the database fails.
pub async fn verify(
    platform: &Platform,
    caller: &Caller,
    wanted: RangeInclusive<u64>,
) -> Result<LedgerVerification> {
    caller.check(Scope::Viewer)?;
    if wanted.is_empty() {
        return Err(ServiceError::invalid("from", "it is after `to`"));
    }
    let _turn = turn(platform)?;
    let started_at = platform.now();
    let file = platform.config.ledger_head_file();
    let heads = head_copy::read(&file)?.map(|checkpoint| {
        let source = "the head kept outside the database".to_owned();
        OutsideHead { source, checkpoint }
    });
    let mut snapshot = Snapshot::of(platform.store()).await?;
    let key = platform.journal.public_key();
    let heads = heads.into_iter().collect();
    let report = blocks::audit(&mut snapshot, wanted.clone(), vec![key], heads, |_| ()).await?;
    drop(snapshot);
    let finished_at = platform.now();
    blocks::keep_report(platform.store(), wanted, &report, [started_at, finished_at]).await?;
    let Report { blocks, checked, root, is_authenticated, .. } = report;
    Ok(LedgerVerification {
        is_valid: report.is_whole(),
        blocks,
        checked,
        root: root.map(|root| root.to_string()),
        is_authenticated,
        faults_omitted: report.faults_omitted,
        faults: report
            .faults
            .into_iter()
            .map(|fault| LedgerFault {
                kind: fault.kind,
                first: fault.first,
                last: fault.last,
                message: fault.message,
            })
            .collect(),
        started_at,
        finished_at,
    })
}

/// Reading the whole ledger is heavy, so only one caller does it at a time.
fn turn(platform: &Platform) -> Result<SemaphorePermit<'_>> {
    platform.ledger_reader.try_acquire().map_err(|_| ServiceError::Overloaded {
        reason: "somebody else has the whole ledger read".to_owned(),
        retry_after: std::time::Duration::from_secs(2),
    })
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

/// The whole chain as a file that anybody can check (docs/LEDGER.md), piece by piece. A reader that is slow is waited
/// for; one that is gone ends it.
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
    let mut snapshot = Snapshot::of(platform.store()).await?;
    let head = snapshot.head().await?.ok_or_else(no_block)?;
    let (send, receive) = mpsc::channel(AHEAD);
    tokio::spawn(async move {
        if let Err(error) = write(&mut snapshot, &head, &send).await {
            // Who is gone need not be told.
            drop(send.send(Err(error)).await);
        }
    });
    Ok(ReceiverStream::new(receive))
}

/// Pieces of an export on their way.
type Pieces = mpsc::Sender<error::Result<Vec<u8>>>;

async fn write(snapshot: &mut Snapshot, head: &Head, send: &Pieces) -> error::Result<()> {
    let failed = |error: std::io::Error| StoreError::Damaged(error.to_string());
    let mut exporter = Exporter::begin(Vec::new(), &head.checkpoint).map_err(failed)?;
    let size = head.size();
    let mut chunks = snapshot.entries(0..=u64::MAX);
    while let Some(entries) = chunks.try_next().await? {
        for entry in entries.into_iter().filter(|entry| entry.number() < size) {
            let Entry::Block(block) = entry else {
                return Err(StoreError::Damaged(format!("block {} cannot be read", entry.number())));
            };
            exporter.block(&block).map_err(failed)?;
        }
        let piece = std::mem::take(exporter.get_mut());
        send.send(Ok(piece)).await.map_err(|_| StoreError::Abandoned)?;
    }
    let rest = exporter.finish(&head.checkpoint).map_err(failed)?;
    drop(send.send(Ok(rest)).await);
    Ok(())
}

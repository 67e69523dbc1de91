//! The chain as it is stored, checked and proven.

use std::ops::RangeInclusive;

use futures::TryStreamExt as _;
use tokio::{sync::mpsc, task::spawn_blocking};

use super::{Snapshot, Verification, mark_verified, record_verification};
use crate::{
    domain::time::Timestamp,
    ledger::{
        block::Block,
        hash::Hash,
        keys::PublicKey,
        proof::{Inclusion, InclusionProver, ProofError},
        verify::{Entry, OutsideHead, Report, Verifier},
    },
    store::{
        Store,
        error::{Result, StoreError},
    },
};

/// Chunks that are read ahead of the check.
const AHEAD: usize = 2;

/// Checks the blocks of these numbers, and the links of all; reads on one thread while the others check. `progress`
/// is told how many blocks each chunk has.
///
/// # Errors
///
/// If the database fails. Faults of the chain are in the report.
pub async fn audit(
    snapshot: &mut Snapshot,
    wanted: RangeInclusive<u64>,
    pinned: Vec<PublicKey>,
    heads: Vec<OutsideHead>,
    progress: impl Fn(u64) + Send + 'static,
) -> Result<Report> {
    let last = snapshot.last_head().await;
    let (send, mut receive) = mpsc::channel::<Vec<Entry>>(AHEAD);
    let checking = spawn_blocking(move || {
        let mut verifier = Verifier::new(pinned, heads);
        while let Some(entries) = receive.blocking_recv() {
            progress(entries.len() as u64);
            verifier.feed(entries);
        }
        verifier.finish(&last)
    });
    let mut chunks = snapshot.entries(wanted);
    while let Some(entries) = chunks.try_next().await? {
        // Nobody receives only if the check panicked, which joining it tells.
        drop(send.send(entries).await);
    }
    drop(send);
    checking.await.map_err(|_| StoreError::Damaged("its check broke off".to_owned()))
}

/// Keeps the outcome of a check beside the chain; nothing where there is no block.
///
/// # Errors
///
/// If the database fails.
pub async fn keep_report(
    store: &Store,
    wanted: RangeInclusive<u64>,
    report: &Report,
    [started_at, finished_at]: [Timestamp; 2],
) -> Result<()> {
    let Some(last) = report.blocks.checked_sub(1).map(|last| last.min(*wanted.end())) else { return Ok(()) };
    let verification = Verification {
        started_at,
        finished_at,
        first_block: (*wanted.start()).min(last) as i64,
        last_block: last as i64,
        faults: report.fault_count() as i64,
        is_authenticated: report.is_authenticated,
        report: serde_json::to_value(report).map_err(|error| StoreError::Damaged(error.to_string()))?,
    };
    record_verification(store, &verification).await?;
    if report.is_whole() {
        mark_verified(store, *wanted.start(), last, finished_at).await?;
    }
    Ok(())
}

/// Proves that a block is in the ledger; `None` where there is no such block. `progress` is told how many blocks each
/// chunk has.
///
/// # Errors
///
/// If the database fails, or the chain is damaged.
pub async fn inclusion(
    snapshot: &mut Snapshot,
    number: u64,
    progress: impl Fn(u64),
) -> Result<Option<Inclusion>> {
    let damaged = |error: ProofError| StoreError::Damaged(error.to_string());
    let Some(head) = snapshot.head().await? else { return Ok(None) };
    let Some(block) = snapshot.block(number).await? else { return Ok(None) };
    let size = head.size();
    let mut prover = match InclusionProver::new(block, head.checkpoint) {
        Err(ProofError::NoBlock { .. }) => return Ok(None),
        prover => prover.map_err(damaged)?,
    };
    snapshot.hashes(size, progress, |hash| prover.feed(hash)).await?;
    prover.finish().map(Some).map_err(damaged)
}

impl Snapshot {
    /// The block of a number.
    ///
    /// # Errors
    ///
    /// If the database fails or the block cannot be read.
    pub async fn block(&mut self, wanted: u64) -> Result<Option<Block>> {
        let mut chunks = self.entries(wanted..=wanted);
        while let Some(entries) = chunks.try_next().await? {
            match entries.into_iter().find(|entry| entry.number() == wanted) {
                Some(Entry::Block(block)) => return Ok(Some(block)),
                Some(Entry::Unreadable { reason, .. }) => {
                    return Err(StoreError::Damaged(format!("block {wanted} cannot be read: {reason}")));
                }
                Some(Entry::Hash { .. }) | None => {}
            }
        }
        Ok(None)
    }

    /// Gives the stored hashes of the first `size` blocks to `take`, in order.
    ///
    /// # Errors
    ///
    /// If the database fails or a block has no hash.
    pub async fn hashes(
        &mut self,
        size: u64,
        progress: impl Fn(u64),
        mut take: impl FnMut(Hash),
    ) -> Result<()> {
        // No block is wanted whole, since none has this number.
        let none = u64::MAX..=u64::MAX;
        let mut chunks = self.entries(none);
        while let Some(entries) = chunks.try_next().await? {
            progress(entries.len() as u64);
            for entry in entries.into_iter().filter(|entry| entry.number() < size) {
                let hashless = || StoreError::Damaged(format!("block {} has no hash", entry.number()));
                take(entry.hash().ok_or_else(hashless)?);
            }
        }
        Ok(())
    }
}

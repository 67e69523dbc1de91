//! `host ledger prove` and `host ledger consistency`.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::Args;

use crate::{
    ledger::{
        block::Block,
        proof::{ConsistencyProver, InclusionProver, ProofError},
        verify::Entry,
    },
    store::blocks::Snapshot,
};

use super::{
    export::{head, with_snapshot},
    hashes, output,
};

/// Prove that a block is in the ledger.
#[derive(Args)]
pub(super) struct Prove {
    /// The block's number.
    number: u64,
    /// Where to; standard output if left out. Usually *.tlog-proof.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// Prove that a newer head continues an older one.
#[derive(Args)]
pub(super) struct Consistent {
    /// The older head, as `host ledger checkpoint` wrote it.
    old: PathBuf,
    /// The newer head; the one of now if left out.
    new: Option<PathBuf>,
    /// Where to; standard output if left out.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

pub(super) fn prove(arguments: &Prove, config: Option<&Path>) -> anyhow::Result<ExitCode> {
    let Prove { number, out } = arguments;
    with_snapshot(config, async |snapshot| {
        let head = head(snapshot).await?.checkpoint;
        let size = head.checkpoint().size;
        let block = block(snapshot, *number).await?.ok_or(ProofError::NoBlock { number: *number, size })?;
        let mut prover = InclusionProver::new(block, head)?;
        hashes::each(snapshot, size, |hash| prover.feed(hash)).await?;
        output::write(out.as_deref(), &prover.finish()?.encode()?)
    })
}

pub(super) fn consistency(arguments: &Consistent, config: Option<&Path>) -> anyhow::Result<ExitCode> {
    let Consistent { old, new, out } = arguments;
    let old = output::checkpoint(old)?;
    let new = new.as_deref().map(output::checkpoint).transpose()?;
    with_snapshot(config, async |snapshot| {
        let new = match new {
            Some(new) => new,
            None => head(snapshot).await?.checkpoint,
        };
        let size = new.checkpoint().size;
        let mut prover = ConsistencyProver::new(old, new)?;
        hashes::each(snapshot, size, |hash| prover.feed(hash)).await?;
        output::write(out.as_deref(), &prover.finish()?.encode()?)
    })
}

async fn block(snapshot: &mut Snapshot, wanted: u64) -> anyhow::Result<Option<Block>> {
    let mut found = None;
    let each = snapshot.entries(wanted..=wanted, async |entries| {
        found = found.take().or_else(|| entries.into_iter().find(|entry| entry.number() == wanted));
        Ok(())
    });
    each.await?;
    match found {
        Some(Entry::Block(block)) => Ok(Some(block)),
        Some(Entry::Unreadable { reason, .. }) => anyhow::bail!("block {wanted} cannot be read: {reason}"),
        Some(Entry::Hash { .. }) | None => Ok(None),
    }
}

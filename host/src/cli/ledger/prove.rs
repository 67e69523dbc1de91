//! `host ledger prove` and `host ledger consistency`.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::Args;

use crate::{
    cli::progress::Progress,
    ledger::proof::{ConsistencyProver, ProofError},
    store::blocks,
};

use super::{
    export::{head, with_snapshot},
    output,
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
        let size = head(snapshot).await?.size();
        let progress = Progress::of("reading", size);
        let proof = blocks::inclusion(snapshot, *number, |blocks| progress.add(blocks)).await?;
        let proof = proof.ok_or(ProofError::NoBlock { number: *number, size })?;
        output::write(out.as_deref(), &proof.encode()?)
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
        let progress = Progress::of("reading", size);
        snapshot.hashes(size, |blocks| progress.add(blocks), |hash| prover.feed(hash)).await?;
        output::write(out.as_deref(), &prover.finish()?.encode()?)
    })
}

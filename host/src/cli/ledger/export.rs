//! `host ledger export` and `host ledger checkpoint`.

use std::{path::Path, process::ExitCode};

use anyhow::Context as _;
use futures::TryStreamExt as _;

use crate::{
    cli::{journal, progress::Progress, session},
    ledger::{export::Exporter, seal::Head, verify::Entry},
    store::blocks::Snapshot,
};

use super::output;

pub(super) fn run(out: Option<&Path>, config: Option<&Path>) -> anyhow::Result<ExitCode> {
    with_snapshot(config, async |snapshot| write_snapshot(snapshot, out).await)
}

pub(super) fn checkpoint(out: Option<&Path>, config: Option<&Path>) -> anyhow::Result<ExitCode> {
    with_snapshot(config, async |snapshot| {
        let head = head(snapshot).await?;
        output::write(out, head.checkpoint.text())
    })
}

/// Runs a command on the chain as it is now.
pub(super) fn with_snapshot(
    config: Option<&Path>,
    work: impl AsyncFnOnce(&mut Snapshot) -> anyhow::Result<()>,
) -> anyhow::Result<ExitCode> {
    session::with_database(config, async |config, database| {
        let store = journal::open_store(config, database).await?;
        let mut snapshot = Snapshot::of(&store).await?;
        let done = work(&mut snapshot).await;
        drop(snapshot);
        store.pool().close().await;
        done.map(|()| ExitCode::SUCCESS)
    })
}

/// The head of a ledger that has begun.
pub(super) async fn head(snapshot: &mut Snapshot) -> anyhow::Result<Head> {
    snapshot.head().await?.context("the ledger is empty; its first block comes with the first record")
}

/// Writes the chain as it is stored; whether it is whole is for those who check the file.
pub(super) async fn write_snapshot(snapshot: &mut Snapshot, out: Option<&Path>) -> anyhow::Result<()> {
    let head = head(snapshot).await?.checkpoint;
    let progress = Progress::of("exporting", head.checkpoint().size);
    let mut exporter = Exporter::begin(output::open(out)?, &head)?;
    let mut chunks = snapshot.entries(0..=u64::MAX);
    while let Some(entries) = chunks.try_next().await? {
        progress.add(entries.len() as u64);
        for entry in entries {
            let Entry::Block(block) = entry else { anyhow::bail!("block {} cannot be read", entry.number()) };
            exporter.block(&block)?;
        }
    }
    exporter.finish(&head)?;
    Ok(())
}

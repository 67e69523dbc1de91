//! `host backtest --record`: a run becomes evidence.

use std::{fs, path::Path, process::ExitCode};

use anyhow::{Context as _, ensure};
use uuid::Builder;

use super::{journal::open_journal, session};
use crate::{
    backtest::{
        record::{digests, evidence, json_bytes},
        result::BacktestResult,
    },
    detectors::folder::PluginSet,
    domain::time::Timestamp,
    ledger::hash::Hash,
    store::{
        journal::Journal,
        runs,
        versions::{self, ComponentVersion},
    },
};

/// Keeps the result, the components and a block, and says which block.
#[expect(clippy::print_stdout, reason = "the command's answer")]
pub(super) fn record(
    config: Option<&Path>,
    set: &PluginSet,
    result: &BacktestResult,
) -> anyhow::Result<ExitCode> {
    let components = components(set)?;
    let bytes = json_bytes(result)?;
    session::with_database(config, async |config, database| {
        let journal = open_journal(config, database).await.context("--record")?;
        let block = append(&journal, &components, result, &bytes).await.context("--record")?;
        println!("\nRecorded as block {block}: `host ledger prove {block}` makes a proof that stands alone.");
        Ok(ExitCode::SUCCESS)
    })
}

async fn append(
    journal: &Journal,
    components: &[ComponentVersion],
    result: &BacktestResult,
    bytes: &[u8],
) -> anyhow::Result<u64> {
    let now = Timestamp::now();
    let mut random = [0; 10];
    getrandom::fill(&mut random).context("the operating system gives no random numbers")?;
    let id = Builder::from_unix_timestamp_millis(now.0.unsigned_abs() / 1_000, &random).into_uuid();
    let mut change = journal.begin(now).await?;
    versions::keep_components(&mut change, components).await?;
    runs::record(&mut change, &digests(result, bytes, id, now)?, &evidence(result), bytes).await?;
    Ok(change.commit().await?.start)
}

fn components(set: &PluginSet) -> anyhow::Result<Vec<ComponentVersion>> {
    let detectors = set
        .plugins
        .iter()
        .map(|it| component(&it.path, &it.hash, it.manifest.name.clone(), it.manifest.version.clone()));
    let agent = set
        .agent
        .iter()
        .map(|it| component(&it.path, &it.hash, it.manifest.name.clone(), it.manifest.version.clone()));
    detectors.chain(agent).collect()
}

/// The very file that ran.
fn component(path: &Path, ran: &str, name: String, version: String) -> anyhow::Result<ComponentVersion> {
    let bytes = fs::read(path).with_context(|| format!("{} cannot be kept", path.display()))?;
    let hash = Hash::of(&bytes);
    ensure!(hash.to_string() == ran, "{} was replaced while the backtest ran; run it again", path.display());
    Ok(ComponentVersion { hash, name, version, bytes, signature: None })
}

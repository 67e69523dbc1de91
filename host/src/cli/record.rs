//! `host backtest --record`: a run becomes evidence.

use std::{fs, path::Path, process::ExitCode};

use anyhow::{Context as _, ensure};
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Builder;

use super::{journal::open_journal, output::json_bytes, session};
use crate::{
    backtest::result::{BacktestResult, Provenance},
    detectors::folder::PluginSet,
    domain::time::Timestamp,
    ledger::{canonical, hash::Hash},
    store::{
        journal::Journal,
        runs::{self, BacktestRun},
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
    let mut change = journal.begin(now).await?;
    versions::keep_components(&mut change, components).await?;
    runs::record(&mut change, &digests(result, bytes, now)?, &evidence(result), bytes).await?;
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
    Ok(ComponentVersion { hash, name, version, bytes })
}

fn digests(result: &BacktestResult, bytes: &[u8], now: Timestamp) -> anyhow::Result<BacktestRun> {
    let from = &result.provenance;
    let mut random = [0; 10];
    getrandom::fill(&mut random).context("the operating system gives no random numbers")?;
    Ok(BacktestRun {
        id: Builder::from_unix_timestamp_millis(now.0.unsigned_abs() / 1_000, &random).into_uuid(),
        recorded_at: now,
        data_digest: digest(&json!({ "files": files(from), "generated": from.generated }))?,
        plugins_digest: digest(&from.components)?,
        settings_digest: digest(
            &json!({ "settings": from.settings, "calendar": from.calendar, "time_zone": from.time_zone }),
        )?,
        result_digest: Hash::of(bytes),
    })
}

/// Files by what they are about and what is in them: where they lie is nobody's business.
fn files(from: &Provenance) -> Vec<Value> {
    from.files
        .iter()
        .map(|file| json!({ "role": file.role, "sha256": file.sha256, "rows": file.rows }))
        .collect()
}

fn digest(value: &impl Serialize) -> anyhow::Result<Hash> {
    Ok(Hash::of(&canonical::bytes(value)?))
}

/// What the block says in plain words: data, components, and the headline figures.
fn evidence(result: &BacktestResult) -> Value {
    let from = &result.provenance;
    json!({
        "files": files(from),
        "generated": from.generated,
        "components": from.components,
        "anomalies": result.anomalies.len(),
        "accuracy": result.accuracy.as_ref().map(|accuracy| &accuracy.total),
    })
}

//! `host ledger verify`.

use std::{
    fs::File,
    io::BufReader,
    ops::RangeInclusive,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::Context as _;
use clap::Args;

use crate::{
    cli::{journal, progress::Progress, session},
    config::Config,
    domain::time::Timestamp,
    ledger::{
        export,
        keys::PublicKey,
        verify::{OutsideHead, Report},
    },
    store::{
        Store,
        blocks::{self, Snapshot},
        head_copy,
    },
};

use super::{export::write_snapshot, output};

/// Exit code where nothing is wrong but nobody vouches for it.
const NOT_AUTHENTICATED: u8 = 2;

/// Check the ledger.
#[derive(Args)]
pub(super) struct Arguments {
    /// First block to check; the head is checked in any case.
    #[arg(long, value_name = "NUMBER", default_value_t = 0)]
    from: u64,
    /// Last block to check.
    #[arg(long, value_name = "NUMBER", default_value_t = u64::MAX, hide_default_value = true)]
    to: u64,
    /// Write the chain to a file as well.
    #[arg(long, value_name = "FILE", conflicts_with = "file")]
    export: Option<PathBuf>,
    /// Check an exported file instead; no database is needed.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["from", "to"])]
    file: Option<PathBuf>,
    /// A key that is known to sign this ledger, SPKI PEM; repeatable.
    #[arg(long, value_name = "FILE")]
    public_key: Vec<PathBuf>,
    /// A copy of the head that was kept elsewhere; repeatable.
    #[arg(long, value_name = "FILE")]
    checkpoint: Vec<PathBuf>,
}

impl Arguments {
    fn wanted(&self) -> RangeInclusive<u64> {
        self.from..=self.to
    }

    fn checkpoints(&self) -> anyhow::Result<Vec<OutsideHead>> {
        let read = |path: &PathBuf| {
            Ok(OutsideHead { source: path.display().to_string(), checkpoint: output::checkpoint(path)? })
        };
        self.checkpoint.iter().map(read).collect()
    }
}

pub(super) fn run(arguments: &Arguments, config: Option<&Path>) -> anyhow::Result<ExitCode> {
    anyhow::ensure!(arguments.from <= arguments.to, "--from is after --to");
    let pinned = output::public_keys(&arguments.public_key, config)?;
    let heads = arguments.checkpoints()?;
    match &arguments.file {
        Some(file) => verify_file(file, pinned, heads).map(|report| answer(&report)),
        None => session::with_database(config, async |config, database| {
            let store = journal::open_store(config, database).await?;
            let report = verify_store(arguments, config, &store, pinned, heads).await;
            store.pool().close().await;
            Ok(answer(&report?))
        }),
    }
}

fn verify_file(file: &Path, pinned: Vec<PublicKey>, heads: Vec<OutsideHead>) -> anyhow::Result<Report> {
    let unreadable = || format!("--file {} cannot be read", file.display());
    let from = BufReader::with_capacity(1 << 20, File::open(file).with_context(unreadable)?);
    let progress = Progress::rows("verifying");
    export::verify(from, pinned, heads, |lines| progress.add(lines)).with_context(unreadable)
}

/// The number of faults in the ledger of a database, whoever signed it.
pub(in crate::cli) async fn check(store: &Store) -> anyhow::Result<u64> {
    let mut snapshot = Snapshot::of(store).await?;
    let report = verify_snapshot(&mut snapshot, 0..=u64::MAX, Vec::new(), Vec::new()).await?;
    Ok(report.fault_count())
}

async fn verify_store(
    arguments: &Arguments,
    config: &Config,
    store: &Store,
    pinned: Vec<PublicKey>,
    mut heads: Vec<OutsideHead>,
) -> anyhow::Result<Report> {
    let started_at = Timestamp::now();
    let file = config.ledger_head_file();
    if let Some(checkpoint) = head_copy::read(&file)? {
        heads.push(OutsideHead { source: file.display().to_string(), checkpoint });
    }
    let mut snapshot = Snapshot::of(store).await?;
    let report = verify_snapshot(&mut snapshot, arguments.wanted(), pinned, heads).await?;
    if let Some(out) = &arguments.export {
        write_snapshot(&mut snapshot, Some(out)).await?;
    }
    drop(snapshot);
    blocks::keep_report(store, arguments.wanted(), &report, [started_at, Timestamp::now()]).await?;
    Ok(report)
}

async fn verify_snapshot(
    snapshot: &mut Snapshot,
    wanted: RangeInclusive<u64>,
    pinned: Vec<PublicKey>,
    heads: Vec<OutsideHead>,
) -> anyhow::Result<Report> {
    let progress = Progress::of("verifying", snapshot.last_head().await.size());
    Ok(blocks::audit(snapshot, wanted, pinned, heads, move |blocks| progress.add(blocks)).await?)
}

#[expect(clippy::print_stdout, reason = "the command's answer")]
fn answer(report: &Report) -> ExitCode {
    for fault in &report.faults {
        println!("{fault}");
    }
    if report.faults_omitted > 0 {
        println!("and {} more faults", report.faults_omitted);
    }
    let Report { blocks, checked, .. } = report;
    if !report.is_whole() {
        println!("{} faults in {blocks} blocks, {checked} of them checked", report.fault_count());
        return ExitCode::FAILURE;
    }
    println!("{blocks} blocks, {checked} of them checked: no fault");
    if let Some(root) = report.root {
        println!("root {root}");
    }
    if report.is_authenticated {
        println!("authenticated: a given public key signed it");
        return ExitCode::SUCCESS;
    }
    println!("self-consistent, not authenticated: give the host's public key with --public-key");
    ExitCode::from(NOT_AUTHENTICATED)
}

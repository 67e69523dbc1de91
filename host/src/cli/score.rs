//! `host score`.

use std::{fs::File, io, path::PathBuf, process::ExitCode};

use anyhow::Context as _;
use clap::Args;

use crate::{
    anomalies,
    ingest::{self, Sources},
    scoring::{self, Evidence, RowTimes, findings_file},
};

/// Score a findings file against labels, and print the figures as JSON.
#[derive(Args)]
pub(super) struct Arguments {
    /// Findings, as `host backtest --findings` writes them.
    #[arg(long, value_name = "FILE")]
    findings: PathBuf,
    /// What was really anomalous; repeatable.
    #[arg(long, value_name = "FILE", required = true)]
    labels: Vec<PathBuf>,
    /// Usual spacing of the bars.
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(i64).range(1..))]
    interval: i64,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let file = File::open(&arguments.findings)
        .with_context(|| format!("--findings {} cannot be read", arguments.findings.display()))?;
    let file = findings_file::read(io::BufReader::new(file))
        .with_context(|| format!("--findings {}", arguments.findings.display()))?;
    let sources = Sources { labels: arguments.labels.clone(), strict: true, ..Sources::default() };
    let labels = ingest::read(&sources, &|_, _| {})?.labels;
    let intervals = vec![arguments.interval * crate::domain::time::SECOND; file.symbols.len()];
    let anomalies = anomalies::group(&file.findings, &intervals);
    let accuracy = scoring::score(&Evidence {
        anomalies: &anomalies,
        findings: &file.findings,
        labels: &labels,
        symbols: &file.symbols,
        users: &file.users,
        rows: &RowTimes::default(),
        coverage: None,
    });
    serde_json::to_writer_pretty(io::stdout().lock(), &accuracy)?;
    Ok(ExitCode::SUCCESS)
}

//! `host backtest`.

use std::{path::PathBuf, process::ExitCode, time::Instant};

use clap::Args;
use jiff::tz::TimeZone;

use crate::{
    backtest::{generate::{Dataset, Spec}, run::{self, BATCH_ROWS}},
    ingest::{self, Calendars, Sources},
};

use super::setup::PluginSource;

/// Run all detectors over files, or over built-in data, and score them.
#[derive(Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    plugins: PluginSource,
    /// Bars: CSV, CSV.gz or Parquet; repeatable.
    #[arg(long, value_name = "FILE")]
    market: Vec<PathBuf>,
    /// Signals of trading algorithms; repeatable.
    #[arg(long, value_name = "FILE")]
    signals: Vec<PathBuf>,
    /// Fills of traders; repeatable.
    #[arg(long, value_name = "FILE")]
    trades: Vec<PathBuf>,
    /// What was really anomalous; repeatable.
    #[arg(long, value_name = "FILE")]
    labels: Vec<PathBuf>,
    /// Rows of a batch. Results do not depend on it.
    #[arg(long, value_name = "ROWS", default_value_t = BATCH_ROWS)]
    batch: usize,
}

#[expect(clippy::print_stdout, reason = "the command's answer")]
pub(super) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let began = Instant::now();
    let set = arguments.plugins.load()?;
    for refused in &set.refused {
        eprintln!("refused: {}: {}", refused.path.display(), refused.error);
    }
    println!("loaded {} in {:?}", set.plugins.len(), began.elapsed());
    let began = Instant::now();
    let files = arguments.market.len() + arguments.signals.len() + arguments.trades.len();
    let input = if files == 0 {
        ingest::finish(Dataset::generate(&Spec::default()).to_draft(), &Calendars::default(), &TimeZone::UTC)
    } else {
        let sources = Sources {
            market: arguments.market.clone(),
            signals: arguments.signals.clone(),
            trades: arguments.trades.clone(),
            labels: arguments.labels.clone(),
            ..Sources::default()
        };
        ingest::read(&sources, &|_, _| {})?
    };
    println!("read in {:?}", began.elapsed());
    let began = Instant::now();
    let run = run::run(&input, &set.plugins, arguments.batch, |_| {})?;
    println!("{} findings, {} panels in {:?}", run.findings.len(), run.panels.len(), began.elapsed());
    for outcome in &run.outcomes {
        println!(
            "{} {:?} rows {} busy {:?} {:?} missing {:?}",
            outcome.plugin.manifest.name, outcome.health, outcome.rows, outcome.busy,
            outcome.busy.as_nanos() as f64 / outcome.rows.max(1) as f64, outcome.missing
        );
    }
    Ok(ExitCode::SUCCESS)
}

//! `host replay`.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
    time::Duration,
};

use anyhow::Context as _;
use clap::Args;
use tokio::runtime::Runtime;

use super::{progress::Progress, remote::Remote};
use crate::{
    ingest::{self, Sources},
    replay::{Receiver, Summary, Tempo, play},
};

/// Play files to a host as a live feed.
#[derive(Args)]
pub(super) struct Arguments {
    /// Bars: CSV, CSV.gz or Parquet; repeatable.
    #[arg(value_name = "FILE", required_unless_present_any = ["signals", "trades"])]
    bars: Vec<PathBuf>,
    /// Signals of trading algorithms; repeatable.
    #[arg(long, value_name = "FILE")]
    signals: Vec<PathBuf>,
    /// Fills of traders; repeatable.
    #[arg(long, value_name = "FILE")]
    trades: Vec<PathBuf>,
    /// Times as fast as it happened; 0: as fast as the host takes it.
    #[arg(long, value_name = "TIMES", default_value = "1", value_parser = speed)]
    speed: f64,
    /// The key needs the scope ingest.
    #[command(flatten)]
    remote: Remote,
    /// Requests at a time. Rows of one symbol or trader always keep their order.
    #[arg(long, value_name = "COUNT", default_value = "4", value_parser = clap::value_parser!(u16).range(1..=64))]
    in_flight: u16,
    /// Seconds that the host may be away before the replay gives up.
    #[arg(long, value_name = "SECONDS", default_value = "60")]
    patience: u64,
}

fn speed(text: &str) -> Result<f64, String> {
    let speed: f64 = text.parse().map_err(|_| "a number is needed, as in 60 or 0.5".to_owned())?;
    if speed.is_finite() && speed >= 0.0 { Ok(speed) } else { Err("it cannot be negative".to_owned()) }
}

pub(super) fn run(arguments: &Arguments, config: Option<&Path>) -> anyhow::Result<ExitCode> {
    let (url, key) = (arguments.remote.url(config)?, arguments.remote.key()?);
    let reading = Progress::rows("reading");
    let sources = Sources {
        market: arguments.bars.clone(),
        signals: arguments.signals.clone(),
        trades: arguments.trades.clone(),
        ..Sources::default()
    };
    let input = ingest::read(&sources, &|file, rows| reading.at(&file.to_string_lossy(), rows))?;
    drop(reading);
    if !input.intake.rejects.is_empty() {
        eprintln!(
            "warning: {} rows of the files are none and are left out; `host backtest` says which",
            input.intake.rejects.len()
        );
    }
    let all = (input.bars.len() + input.signals.len() + input.fills.len()) as u64;
    let runtime = Runtime::new().context("the asynchronous runtime cannot be started")?;
    let patience = Duration::from_secs(arguments.patience);
    let receiver = Receiver::new(url, key, getrandom::u64()?, patience)?;
    let tempo = Tempo { speed: arguments.speed, lanes: usize::from(arguments.in_flight) };
    let playing = Progress::of("replaying", all);
    let summary = runtime.block_on(play(&input, Arc::new(receiver), tempo, |done| playing.set(done, all)))?;
    drop(playing);
    show(&summary);
    Ok(ExitCode::SUCCESS)
}

#[expect(clippy::print_stdout, reason = "the command's answer")]
fn show(summary: &Summary) {
    let Summary { accepted, duplicates, late, rejected, anomalies, reasons, .. } = summary;
    println!("{accepted} rows accepted, {duplicates} known before, {rejected} refused ({late} late)");
    for reason in reasons {
        println!("refused {reason}");
    }
    println!("{anomalies} anomalies opened");
}

//! `host replay`.

use std::{env, fs, path::PathBuf, process::ExitCode, sync::Arc, time::Duration};

use anyhow::{Context as _, bail};
use clap::Args;
use reqwest::Url;
use tokio::runtime::Runtime;

use super::progress::Progress;
use crate::{
    config::Secret,
    ingest::{self, Sources},
    replay::{Receiver, Summary, Tempo, play},
};

/// Holds the key where no file does; never an argument, which all programs of the machine could see.
const KEY: &str = "`VYOMO_API_KEY`";

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
    /// The host.
    #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:8080")]
    to: Url,
    /// File of an API key of scope ingest; `VYOMO_API_KEY` holds the key itself instead.
    #[arg(long, value_name = "FILE")]
    key_file: Option<PathBuf>,
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

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    if !matches!(arguments.to.scheme(), "http" | "https") {
        bail!("--to {}: write it as http://127.0.0.1:8080", arguments.to);
    }
    let key = arguments.key()?;
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
    let receiver = Receiver::new(arguments.to.clone(), key, getrandom::u64()?, patience)?;
    let tempo = Tempo { speed: arguments.speed, lanes: usize::from(arguments.in_flight) };
    let playing = Progress::of("replaying", all);
    let summary = runtime.block_on(play(&input, Arc::new(receiver), tempo, |done| playing.set(done, all)))?;
    drop(playing);
    show(&summary);
    Ok(ExitCode::SUCCESS)
}

impl Arguments {
    fn key(&self) -> anyhow::Result<Option<Secret>> {
        let of_variable = || env::var(KEY).ok().filter(|key| !key.is_empty());
        let key = match &self.key_file {
            Some(file) => {
                Some(fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?)
            }
            None => of_variable(),
        };
        Ok(key.map(|key| Secret::from(key.trim().to_owned())))
    }
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

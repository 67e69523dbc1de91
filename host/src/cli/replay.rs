//! `host replay`.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
    time::Duration,
};

use anyhow::Context as _;
use clap::Args;
use indicatif::{HumanCount, HumanDuration};
use tokio::runtime::Runtime;

use super::{INCOMPLETE, progress::Progress, remote::Remote};
use crate::{
    ingest::{self, Input, Intake, Reject, Sources},
    replay::{News, Receiver, Summary, Tempo, length, play},
};

/// Rows that are named one by one.
const NAMED: usize = 5;

/// Play files to a host as a live feed. Exit code 3: the host refused rows.
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
    say_left_out(&input.intake);
    let all = (input.bars.len() + input.signals.len() + input.fills.len()) as u64;
    let runtime = Runtime::new().context("the asynchronous runtime cannot be started")?;
    let patience = Duration::from_secs(arguments.patience);
    let receiver = Receiver::new(url.clone(), key, getrandom::u64()?, patience)?;
    let tempo = Tempo { speed: arguments.speed, lanes: usize::from(arguments.in_flight) };
    eprintln!("replaying {} rows to {url}{}", HumanCount(all), time_needed(&input, tempo.speed));
    let playing = Progress::of("replaying", all);
    let summary = runtime.block_on(play(&input, Arc::new(receiver), tempo, |news| match news {
        News::Answered(done) => playing.set(done, all),
        News::Silent(reason) => playing.say(&format!(
            "warning: {url} does not answer: {reason}; it is asked again for {} s (--patience). `host serve` starts a \
             host",
            arguments.patience
        )),
    }))?;
    drop(playing);
    show(&summary);
    Ok(if summary.rejected == 0 { ExitCode::SUCCESS } else { ExitCode::from(INCOMPLETE) })
}

/// Says which rows of the files cannot be played: the first few, and how many more.
fn say_left_out(Intake { files, rejects, .. }: &Intake) {
    if rejects.is_empty() {
        return;
    }
    eprintln!("warning: rows of the files that cannot be used are left out: {}", rejects.len());
    for Reject { file, line, reason } in rejects.iter().take(NAMED) {
        let file = files.get(*file as usize).map_or("", |file| file.path.as_str());
        eprintln!("  {file}, line {line}: {reason}");
    }
    if let Some(more @ 1..) = rejects.len().checked_sub(NAMED) {
        eprintln!(
            "  and {more} more; `host backtest --rejects FILE` over the same files writes all of them to FILE"
        );
    }
}

/// How long it takes, where that is known.
fn time_needed(input: &Input, speed: f64) -> String {
    let needed = Duration::try_from_secs_f64(length(input).as_secs_f64() / speed);
    needed.map_or_else(
        |_| String::new(),
        |needed| format!("; at this speed it takes {}", HumanDuration(needed)),
    )
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

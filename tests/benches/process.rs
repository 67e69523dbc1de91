//! A whole `host backtest` over as many bars as 885 sessions have, in a file.

use std::{
    fs::{self, File},
    io::{BufWriter, Write as _},
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::ensure;
use host::{
    backtest::generate::{Dataset, Spec},
    domain::{rows::Bar, time::to_rfc3339},
};

use crate::{
    measure::{cache_folder, figure, median, say},
    native::DETECTORS,
};

/// 345,150 bars of a minute.
const SESSIONS: usize = 885;

const REPETITIONS: usize = 5;

/// How often the process is asked for its peak memory.
const LOOK: Duration = Duration::from_millis(2);

pub(crate) fn run() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("market.csv");
    let bars = write_bars(&file)?;
    let megabytes = fs::metadata(&file)?.len() as f64 / 1e6;
    say(&format!(
        "\nPROCESS: {bars} bars with all columns ({megabytes:.0} MB of CSV), 18 components, 2 threads"
    ));
    backtest(folder.path(), &file)?;
    let (mut times, mut peak) = (Vec::new(), 0);
    for _ in 0..REPETITIONS {
        let (time, kilobytes) = backtest(folder.path(), &file)?;
        times.push(time);
        peak = peak.max(kilobytes);
    }
    figure("wall time", &format!("{:.2} s", median(times)?.as_secs_f64()), "at most 2 s");
    figure("peak memory", &format!("{:.0} MB", peak as f64 / 1e3), "at most 300 MB");
    Ok(())
}

fn write_bars(file: &Path) -> anyhow::Result<usize> {
    let draft = Dataset::generate(&Spec { days: SESSIONS, ..Spec::default() }).to_draft();
    let mut out = BufWriter::new(File::create(file)?);
    writeln!(out, "timestamp,symbol,open,high,low,close,volume,bid,ask,open_interest,implied_volatility")?;
    for bar in &draft.bars {
        write!(out, "{},{}", to_rfc3339(bar.at), draft.symbols.name(bar.symbol))?;
        for value in values(bar) {
            if value.is_nan() { write!(out, ",")? } else { write!(out, ",{value}")? }
        }
        writeln!(out)?;
    }
    out.flush()?;
    Ok(draft.bars.len())
}

const fn values(bar: &Bar) -> [f64; 9] {
    [
        bar.open,
        bar.high,
        bar.low,
        bar.close,
        bar.volume,
        bar.bid,
        bar.ask,
        bar.open_interest,
        bar.implied_volatility,
    ]
}

/// Runs the components that read bars, as a user would; gives the wall time and the peak memory in kilobytes.
fn backtest(folder: &Path, market: &Path) -> anyhow::Result<(Duration, u64)> {
    let mut command = Command::new(tests::binary());
    command
        .args(["backtest", "--no-build", "--threads", "2", "--plugins"])
        .arg(tests::repository().join("plugins"));
    command.arg("--market").arg(market);
    for detector in DETECTORS.iter().filter(|detector| detector.reads_bars) {
        command.args(["--only", detector.name]);
    }
    command.current_dir(folder).env("VYOMO_CACHE_DIR", cache_folder());
    let began = Instant::now();
    let child = command.stdin(Stdio::null()).stdout(Stdio::null()).spawn()?;
    let peak = watch(child)?;
    Ok((began.elapsed(), peak))
}

/// Waits for a process; gives its peak resident memory in kilobytes, as the kernel last knew it (`VmHWM`).
fn watch(mut child: Child) -> anyhow::Result<u64> {
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    loop {
        if let Some(now) = fs::read_to_string(&status).ok().as_deref().and_then(high_water_mark) {
            peak = now;
        }
        if let Some(exit) = child.try_wait()? {
            ensure!(exit.success(), "host backtest ended with {exit}");
            return Ok(peak);
        }
        thread::sleep(LOOK);
    }
}

fn high_water_mark(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix(" kB")?.parse().ok()
}

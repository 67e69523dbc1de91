//! How fast it went.

use std::io::{self, Write};

use super::{super::words, Page};
use crate::backtest::result::{BacktestResult, Percentiles};

pub(super) fn print(result: &BacktestResult, page: &mut Page<'_, impl Write>) -> io::Result<()> {
    let performance = &result.performance;
    let timings = &performance.timings;
    page.heading("PERFORMANCE")?;
    let loading = format!(
        "{} (and {} to load)",
        words::duration(timings.run_seconds),
        words::duration(timings.load_seconds)
    );
    page.line("Run Time", &loading)?;
    let rate = |rate: f64| format!("{}/s", words::count(rate.max(0.0) as u64));
    page.line("Rows", &format!("{} ({})", words::count(performance.rows), rate(timings.rows_per_second)))?;
    page.line(
        "Detector Evaluations",
        &format!("{} ({})", words::count(performance.evaluations), rate(timings.evaluations_per_second)),
    )?;
    let latencies = [
        ("Batch Time", Some(timings.batch_milliseconds)),
        ("Decision Latency", timings.decision_milliseconds),
        ("Action Latency", timings.action_milliseconds),
    ];
    for (name, percentiles) in latencies {
        if let Some(Percentiles { p50, p95, p99, .. }) = percentiles {
            page.line(name, &format!("p50 {p50:.3} ms, p95 {p95:.3} ms, p99 {p99:.3} ms"))?;
        }
    }
    Ok(())
}

//! How much there was, and how much stood out.

use std::io::{self, Write};

use super::{super::words, Page};
use crate::backtest::result::{BacktestResult, Status};

pub(super) fn print(result: &BacktestResult, page: &mut Page<'_, impl Write>) -> io::Result<()> {
    let summary = &result.summary;
    page.heading("SUMMARY")?;
    page.line("Total Data Points", &data_points(result))?;
    if let (Some(from), Some(to)) = (&summary.from, &summary.to) {
        page.line("Period (UTC)", &format!("{} to {}", words::minute(from), words::minute(to)))?;
    }
    page.line("Total Anomalies", &words::count(summary.anomalies))?;
    if summary.decisions > 0 {
        page.line("Total AI Decisions", &words::count(summary.decisions))?;
        page.line("Total Actions", &words::count(summary.actions))?;
    }
    page.line("Components", &components(result))?;
    if let Some(built_in) = result.provenance.generated {
        page.line("Built-in Data", &format!("seed {}, {} days", built_in.seed, built_in.days))?;
    }
    Ok(())
}

/// Bars first; signals and fills, if any, after them.
fn data_points(result: &BacktestResult) -> String {
    let summary = &result.summary;
    let parts = [(summary.bars, "bars"), (summary.signals, "signals"), (summary.fills, "fills")];
    let mut said = parts.into_iter().filter(|(number, _)| *number > 0);
    let Some((number, thing)) = said.next() else { return "0".into() };
    let rest: Vec<String> = said.map(|(number, thing)| format!("{} {thing}", words::count(number))).collect();
    let first = format!("{} {thing}", words::count(number));
    if rest.is_empty() { first } else { format!("{first} (and {})", rest.join(", ")) }
}

fn components(result: &BacktestResult) -> String {
    let count =
        |wanted: fn(&Status) -> bool| result.components.iter().filter(|it| wanted(&it.status)).count();
    let counts = [
        (count(|status| matches!(status, Status::Ran)), "ran"),
        (count(|status| matches!(status, Status::NotRun(_))), "not run"),
        (count(|status| matches!(status, Status::Quarantined(_))), "quarantined"),
        (count(|status| matches!(status, Status::Failed(_))), "failed"),
    ];
    let said = counts.into_iter().filter(|(number, what)| *number > 0 || *what == "ran");
    said.map(|(number, what)| format!("{number} {what}")).collect::<Vec<_>>().join(", ")
}

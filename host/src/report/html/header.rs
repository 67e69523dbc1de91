//! What the page is about, and the figures that count.

use std::fmt::{self, Write};

use super::{
    super::{notes, words},
    escape::Text,
};
use crate::{backtest::result::BacktestResult, scoring::Score};

pub(super) fn write(out: &mut String, result: &BacktestResult) -> fmt::Result {
    let summary = &result.summary;
    let period = match (&summary.from, &summary.to) {
        (Some(from), Some(to)) => format!("{} to {} UTC", words::minute(from), words::minute(to)),
        _ => "no rows".into(),
    };
    let source = result.provenance.generated.map_or_else(
        || words::plural(result.provenance.files.len() as u64, "file"),
        |built_in| format!("built-in data, seed {}", built_in.seed),
    );
    write!(
        out,
        "<header><h1>Vyomo backtest</h1><p>{} &middot; {} &middot; host {}</p></header>",
        Text(&period),
        Text(&source),
        Text(&result.provenance.versions.host),
    )?;
    cards(out, result)?;
    noted(out, result)
}

fn cards(out: &mut String, result: &BacktestResult) -> fmt::Result {
    let summary = &result.summary;
    write!(out, "<section class=\"cards\">")?;
    let rows = format!("{} signals, {} fills", words::count(summary.signals), words::count(summary.fills));
    card(out, "Bars", &words::count(summary.bars), &rows)?;
    let findings = format!("from {}", words::plural(summary.findings, "finding"));
    card(out, "Anomalies", &words::count(summary.anomalies), &findings)?;
    if let Some(accuracy) = &result.accuracy {
        let total = &accuracy.total;
        let rival = |share: fn(&Score) -> Option<f64>| {
            result
                .baseline
                .as_ref()
                .map_or(String::new(), |it| format!("z-score: {}", words::percent(share(&it.total), 1)))
        };
        card(out, "Precision", &words::percent(total.precision, 1), &rival(|it| it.precision))?;
        card(out, "Recall", &words::percent(total.recall, 1), &rival(|it| it.recall))?;
        card(out, "F1", &words::percent(total.f1, 1), &rival(|it| it.f1))?;
        let error = accuracy.calibration.expected_calibration_error;
        card(out, "Calibration error", &format!("{error:.3}"), "score against share of true")?;
    }
    let timings = &result.performance.timings;
    let speed = format!("{} evaluations/s", words::count(timings.evaluations_per_second.max(0.0) as u64));
    card(out, "Run time", &words::duration(timings.run_seconds), &speed)?;
    write!(out, "</section>")
}

fn card(out: &mut String, name: &str, value: &str, beside: &str) -> fmt::Result {
    write!(out, "<div class=\"card\"><span>{name}</span><b>{value}</b><small>{}</small></div>", Text(beside))
}

/// What did not go as usual, before anything else is believed.
fn noted(out: &mut String, result: &BacktestResult) -> fmt::Result {
    let notes = notes::of(result);
    if notes.is_empty() {
        return Ok(());
    }
    write!(out, "<section class=\"notes\"><h2>Notes</h2><ul>")?;
    for note in notes {
        write!(out, "<li>{}</li>", Text(&note))?;
    }
    write!(out, "</ul></section>")
}

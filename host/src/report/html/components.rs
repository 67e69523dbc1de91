//! The components: what they are and what became of them.

use std::fmt::{self, Write};

use super::{super::words, escape::Text};
use crate::{
    backtest::result::{BacktestResult, Component, Status},
    domain::family::Family,
};

pub(super) fn write(out: &mut String, result: &BacktestResult) -> fmt::Result {
    let right = if result.accuracy.is_some() {
        "<p class=\"lead\">Right: the share of a detector's anomalies, or of an algorithm's dissents, that a label agrees with.</p>"
    } else {
        ""
    };
    write!(
        out,
        "<section><h2>Components</h2>{right}<div class=\"scroll\"><table class=\"figures\"><thead><tr><th>Component</th><th class=\"text\">Family</th>\
         <th class=\"text\">Version</th><th class=\"text\">SHA-256</th><th class=\"text\">Status</th><th>Rows</th><th>Findings</th><th>Right</th><th>Skipped rows</th></tr></thead><tbody>",
    )?;
    for component in &result.components {
        row(out, component, right_of(result, component))?;
    }
    write!(out, "</tbody></table></div></section>")
}

/// Precision of a detector's anomalies or an algorithm's dissents.
fn right_of(result: &BacktestResult, component: &Component) -> Option<f64> {
    let accuracy = result.accuracy.as_ref()?;
    if component.family == Family::Conflict {
        accuracy.dissents.iter().find(|it| it.algorithm == component.name)?.precision
    } else {
        accuracy.detectors.iter().find(|it| it.detector == component.name)?.score.precision
    }
}

fn row(out: &mut String, component: &Component, right: Option<f64>) -> fmt::Result {
    let status = match &component.status {
        Status::Ran => "ran",
        Status::NotRun(_) => "not run",
        Status::Quarantined(_) => "quarantined",
        Status::Failed(_) => "failed",
    };
    write!(
        out,
        "<tr><th>{}</th><td class=\"text\">{}</td><td class=\"text\">{}</td><td class=\"text hash\" title=\"{}\">{}</td><td class=\"text {}\" title=\"{}\">{status}</td>\
         <td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
        Text(&component.name),
        component.family.name(),
        Text(&component.version),
        Text(&component.sha256),
        Text(component.sha256.get(..12).unwrap_or(&component.sha256)),
        if matches!(component.status, Status::Ran) { "true" } else { "false" },
        Text(component.status.reason().unwrap_or_default()),
        words::count(component.rows),
        words::count(component.findings),
        words::percent(right, 1),
        words::count(component.skipped_rows),
    )
}

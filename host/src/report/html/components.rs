//! The components: what they are and what became of them.

use std::fmt::{self, Write};

use super::{super::words, escape::Text};
use crate::backtest::result::{BacktestResult, Component, Status};

pub(super) fn write(out: &mut String, result: &BacktestResult) -> fmt::Result {
    write!(
        out,
        "<section><h2>Components</h2><div class=\"scroll\"><table class=\"figures\"><thead><tr><th>Component</th><th class=\"text\">Family</th>\
         <th class=\"text\">Version</th><th class=\"text\">SHA-256</th><th class=\"text\">Status</th><th>Rows</th><th>Findings</th><th>Skipped rows</th></tr></thead><tbody>",
    )?;
    for component in &result.components {
        row(out, component)?;
    }
    write!(out, "</tbody></table></div></section>")
}

fn row(out: &mut String, component: &Component) -> fmt::Result {
    let status = match &component.status {
        Status::Ran => "ran",
        Status::NotRun(_) => "not run",
        Status::Quarantined(_) => "quarantined",
        Status::Failed(_) => "failed",
    };
    write!(
        out,
        "<tr><th>{}</th><td class=\"text\">{}</td><td class=\"text\">{}</td><td class=\"text hash\" title=\"{}\">{}</td><td class=\"text {}\" title=\"{}\">{status}</td>\
         <td>{}</td><td>{}</td><td>{}</td></tr>",
        Text(&component.name),
        component.family.name(),
        Text(&component.version),
        Text(&component.sha256),
        Text(component.sha256.get(..12).unwrap_or(&component.sha256)),
        if matches!(component.status, Status::Ran) { "true" } else { "false" },
        Text(component.status.reason().unwrap_or_default()),
        words::count(component.rows),
        words::count(component.findings),
        words::count(component.skipped_rows),
    )
}

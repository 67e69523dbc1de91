//! What did not go as usual, one sentence each.

use super::words;
use crate::backtest::result::{BacktestResult, Component, Status};

/// Components that did not run through, labels that could not be scored, rows that were left out, and what else
/// the run has to say.
pub(super) fn of(result: &BacktestResult) -> Vec<String> {
    components(result).chain(labels(result)).chain(input(result)).collect()
}

fn components(result: &BacktestResult) -> impl Iterator<Item = String> {
    let mut reasons: Vec<(&str, &str, Vec<&str>)> = Vec::new();
    for component in &result.components {
        let Some((what, reason)) = status(component) else { continue };
        match reasons.iter_mut().find(|known| (known.0, known.1) == (what, reason)) {
            Some((.., names)) => names.push(&component.name),
            None => reasons.push((what, reason, vec![&component.name])),
        }
    }
    let said = reasons.into_iter().map(|(what, why, names)| format!("{what}: {}: {why}", names.join(", ")));
    said.chain(result.components.iter().filter_map(skipped))
}

fn status(component: &Component) -> Option<(&str, &str)> {
    match &component.status {
        Status::Ran => None,
        Status::NotRun(reason) => Some(("not run", reason)),
        Status::Quarantined(reason) => Some(("quarantined", reason)),
        Status::Failed(reason) => Some(("FAILED", reason)),
    }
}

fn skipped(component: &Component) -> Option<String> {
    let first = component.skipped.first()?;
    let rows = words::plural(component.skipped_rows, "row");
    Some(format!("{}: skipped {rows}, the first {}: {}", component.name, first.row, first.reason))
}

fn labels(result: &BacktestResult) -> impl Iterator<Item = String> {
    let without = result.accuracy.is_none().then(|| {
        "no labels were given: these are counts of what would fire; how much of it is right is not known"
            .to_owned()
    });
    let not_scored =
        result.accuracy.iter().flat_map(|accuracy| &accuracy.not_scored).map(|it| {
            format!("not scored: {} of {}: {}", words::plural(it.labels, "label"), it.kind, it.reason)
        });
    without.into_iter().chain(not_scored)
}

fn input(result: &BacktestResult) -> impl Iterator<Item = String> {
    let rejects = &result.summary.rejects;
    let listed = rejects.file.as_ref().map_or(String::new(), |file| format!("; see {file}"));
    let left_out = (rejects.rows > 0)
        .then(|| format!("{} left out of the input{listed}", words::plural(rejects.rows, "bad row")));
    let crossed = (result.summary.crossed_quotes > 0).then(|| {
        format!(
            "{} (bid above ask) taken as not known",
            words::plural(result.summary.crossed_quotes, "crossed quote")
        )
    });
    left_out.into_iter().chain(crossed).chain(result.notes.iter().cloned())
}

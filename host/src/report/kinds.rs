//! Kinds of anomalies in the order of reports, and why some could not be found.

use super::words;
use crate::{
    backtest::result::{BacktestResult, Component, KindCount, Status},
    domain::family::Family,
};

/// The kinds of a family.
pub(super) fn of_family(result: &BacktestResult, family: Family) -> Vec<&KindCount> {
    let mut kinds: Vec<&KindCount> = result.summary.kinds.iter().filter(|it| it.family == family).collect();
    kinds.sort_by_key(|it| words::place(&it.kind));
    kinds
}

/// A component that would have found the kind, if none that can did run.
pub(super) fn not_run<'a>(result: &'a BacktestResult, kind: &KindCount) -> Option<&'a Component> {
    let able = || {
        let of_family = result.components.iter().filter(|it| it.family == kind.family);
        of_family.filter(|it| it.kinds.contains(&kind.kind))
    };
    let silent = |it: &Component| matches!(it.status, Status::NotRun(_) | Status::Failed(_));
    if able().all(silent) { able().next() } else { None }
}

//! Proves that findings do not know the future: cut it off, and what was found before does not change.

use std::sync::Arc;

use jiff::tz::TimeZone;
use rayon::prelude::*;

use crate::{
    detectors::{error::LoadError, plugin::Plugin},
    domain::{family::Family, finding::Finding, rows::Fill, time::to_rfc3339},
    ingest::{self, Calendars, Draft, DraftFill, Input},
};

use super::run::{self, Run};

/// Shares of the rows after which the future is cut, and the rows of a batch in that run: what shares a batch with
/// a row is the only future that a detector could see, so batches end elsewhere each time.
const CUTS: [(f64, usize); 5] = [(0.15, 61), (0.35, 127), (0.55, 251), (0.75, 509), (0.95, 1_021)];

/// What was compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoLookahead {
    /// Cut points.
    pub cuts: usize,
    /// Findings that were the same with and without a future.
    pub findings: usize,
}

/// Why the check did not pass.
#[derive(Debug, thiserror::Error)]
pub enum LookaheadError {
    /// A plugin could not be started.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// A finding depends on rows that came after it.
    #[error("with the future cut off at {cut}, {difference}: something looks ahead")]
    Changed {
        /// The cut, RFC 3339.
        cut: String,
        /// The first difference.
        difference: String,
    },
}

/// Runs the input again with its future cut off at several points and compares with the full run.
///
/// # Errors
/// Names the first finding that changes.
pub fn check(
    input: &Input,
    calendars: &Calendars,
    time_zone: &TimeZone,
    plugins: &[Arc<Plugin>],
    full: &Run,
) -> Result<NoLookahead, LookaheadError> {
    let compared: Result<Vec<usize>, LookaheadError> = cuts(input)
        .into_par_iter()
        .map(|(cut, batch_rows)| {
            let past = ingest::finish(until(input, cut), calendars, time_zone);
            let run = run::run(&past, plugins, batch_rows, |_| {})?;
            compare(input, full, &run, cut)
        })
        .collect();
    let compared = compared?;
    Ok(NoLookahead { cuts: compared.len(), findings: compared.into_iter().sum() })
}

/// Times that leave the given shares of the rows behind them, with the rows of a batch.
fn cuts(input: &Input) -> Vec<(i64, usize)> {
    let mut times: Vec<i64> = input.bars.iter().map(|row| row.known_at).collect();
    times.extend(input.signals.iter().map(|row| row.at));
    times.extend(input.fills.iter().map(|row| row.at));
    times.sort_unstable();
    let at = |share: f64| times.get((times.len() as f64 * share) as usize).copied();
    CUTS.iter().filter_map(|&(share, batch_rows)| Some((at(share)?, batch_rows))).collect()
}

/// The rows known by a time, as they were said; everything derived from them is derived anew.
fn until(input: &Input, cut: i64) -> Draft {
    Draft {
        symbols: input.symbols.clone(),
        users: input.users.clone(),
        bars: input.bars.iter().filter(|row| row.known_at <= cut).copied().collect(),
        signals: input.signals.iter().filter(|row| row.at <= cut).copied().collect(),
        fills: input.fills.iter().filter(|row| row.at <= cut).map(as_said).collect(),
        ..Draft::default()
    }
}

fn as_said(fill: &Fill) -> DraftFill {
    DraftFill {
        at: fill.at,
        user: fill.user,
        symbol: fill.symbol,
        side: fill.side,
        quantity: fill.quantity,
        price: fill.price,
        realized_pnl: fill.realized_pnl,
        equity: fill.equity,
        order: Some(fill.order),
    }
}

fn compare(input: &Input, full: &Run, past: &Run, cut: i64) -> Result<usize, LookaheadError> {
    let known_at = |finding: &Finding| match finding.family {
        Family::Market => finding.at + input.intervals.get(finding.subject as usize).copied().unwrap_or(0),
        Family::Conflict | Family::Behavior => finding.at,
    };
    let expected: Vec<&Finding> = full.findings.iter().filter(|finding| known_at(finding) <= cut).collect();
    let same = |(a, b): &(&&Finding, &Finding)| format!("{a:?}") == format!("{b:?}");
    let common = expected.iter().zip(&past.findings).take_while(same).count();
    if common == expected.len() && common == past.findings.len() {
        return Ok(common);
    }
    let told = |finding: Option<&Finding>| {
        finding.map_or("nothing".into(), |it| format!("{} {} at {}", it.detector, it.kind, to_rfc3339(it.at)))
    };
    let (with, without) = (told(expected.get(common).copied()), told(past.findings.get(common)));
    Err(LookaheadError::Changed {
        cut: to_rfc3339(cut),
        difference: format!("{without} is found where the full run has {with}"),
    })
}

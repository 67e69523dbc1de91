//! Labels: what was put in, and where nobody can say.

use super::{
    super::calendar::Slot,
    Columns,
    injections::{Injection, Kind},
};
use crate::domain::{
    family::Family,
    label::{Label, LabelKind},
};

/// Bars whose natural values are so extreme that nobody can say whether they are anomalous.
pub(super) struct Doubts {
    pub(super) moves: Vec<usize>,
    pub(super) volume: Vec<usize>,
    pub(super) open_interest: Vec<usize>,
    pub(super) implied_volatility: Vec<usize>,
}

/// Bars after a doubtful one that its effect may last.
const AFTERMATH: usize = 2;

/// A label for each anomaly that left a trace in the data, and `ignore` for those that did not and for doubtful bars.
pub(super) fn labels(
    symbol: &str,
    slots: &[Slot],
    plan: &[Injection],
    columns: &Columns,
    doubts: &Doubts,
) -> Vec<Label> {
    let label = |first: usize, last: usize, kind: LabelKind| Label {
        start: slots[first].at,
        end: slots[last.min(slots.len() - 1)].at,
        family: Family::Market,
        subject: symbol.into(),
        kind,
    };
    let named = |kind: Kind| Some(kind.name().into());
    let put_in = plan.iter().map(|injection| {
        let kind = if left_a_trace(injection, columns) { LabelKind::Anomaly } else { LabelKind::Ignore };
        label(injection.start, injection.end() - 1, kind(named(injection.kind)))
    });
    let doubtful = [
        (None, &doubts.moves),
        (Some(Kind::VolumeSurge), &doubts.volume),
        (Some(Kind::OpenInterest), &doubts.open_interest),
        (Some(Kind::ImpliedVolatility), &doubts.implied_volatility),
    ];
    let unknown = doubtful.into_iter().flat_map(|(kind, bars)| {
        bars.iter().map(move |&bar| label(bar, bar + AFTERMATH, LabelKind::Ignore(kind.and_then(named))))
    });
    let mut labels: Vec<Label> = put_in.chain(unknown).collect();
    labels.sort_by_key(|label| (label.start, label.end));
    labels
}

/// Whether the bar before and any bar of the anomaly have values in the columns that show it.
fn left_a_trace(injection: &Injection, columns: &Columns) -> bool {
    let known = |column: &[f64]| {
        let before = injection.start.saturating_sub(5)..injection.start;
        let during = injection.start..injection.end();
        column[before].iter().any(|value| value.is_finite())
            && column[during].iter().any(|value| value.is_finite())
    };
    match injection.kind {
        Kind::PriceSpike | Kind::PriceDrop => true,
        Kind::VolumeSurge => known(&columns.volume),
        Kind::SpreadExplosion => known(&columns.bid) && known(&columns.ask),
        Kind::OpenInterest => known(&columns.open_interest),
        Kind::ImpliedVolatility => known(&columns.implied_volatility),
    }
}

//! Accuracy over rows.

use std::collections::BTreeMap;

use super::{accuracy::RowAccuracy, tally::share};
use crate::{
    domain::{
        anomaly::Anomaly,
        family::Family,
        label::{Label, LabelKind},
    },
    ingest::Input,
};

/// Times of the rows that detectors saw, by family and subject id.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RowTimes {
    times: BTreeMap<(Family, u32), Vec<i64>>,
}

impl RowTimes {
    /// Bars for market, moments with signals for conflict (the close of each bar for symbols without any),
    /// fills for behavior.
    pub fn of(input: &Input) -> Self {
        let mut rows = Self::default();
        for signal in &input.signals {
            rows.push(Family::Conflict, signal.symbol, signal.at);
        }
        let spoken: Vec<u32> = rows.times.keys().map(|(_, symbol)| *symbol).collect();
        for bar in &input.bars {
            rows.push(Family::Market, bar.symbol, bar.at);
            if !spoken.contains(&bar.symbol) {
                rows.push(Family::Conflict, bar.symbol, bar.known_at);
            }
        }
        for fill in &input.fills {
            rows.times.entry((Family::Behavior, fill.user)).or_default().push(fill.at);
        }
        rows
    }

    /// Adds a row of a symbol; a moment that was just added counts once.
    fn push(&mut self, family: Family, subject: u32, at: i64) {
        let times = self.times.entry((family, subject)).or_default();
        if times.last() != Some(&at) {
            times.push(at);
        }
    }

    /// Families and subjects with rows.
    pub fn subjects(&self) -> impl Iterator<Item = (Family, u32)> {
        self.times.keys().copied()
    }

    /// Times of one subject's rows, in order; `None` if it has none.
    pub(super) fn times(&self, family: Family, subject: u32) -> Option<&[i64]> {
        self.times.get(&(family, subject)).map(Vec::as_slice)
    }

    /// Subjects of one family with the times of their rows.
    pub(super) fn of_family(&self, family: Family) -> impl Iterator<Item = (u32, &[i64])> {
        let all = (family, 0)..=(family, u32::MAX);
        self.times.range(all).map(|((_, subject), times)| (*subject, times.as_slice()))
    }
}

/// Moments of time as stretches that do not touch, in order.
#[derive(Debug, Default)]
struct Moments(Vec<(i64, i64)>);

impl Moments {
    /// The union of stretches, both ends inclusive.
    fn union(stretches: impl Iterator<Item = (i64, i64)>) -> Self {
        let mut stretches: Vec<_> = stretches.collect();
        stretches.sort_unstable();
        let mut union: Vec<(i64, i64)> = Vec::with_capacity(stretches.len());
        for (start, end) in stretches {
            match union.last_mut() {
                Some(last) if start <= last.1 => last.1 = last.1.max(end),
                _ => union.push((start, end)),
            }
        }
        Self(union)
    }

    fn contain(&self, at: i64) -> bool {
        let after = self.0.partition_point(|(start, _)| *start <= at);
        after > 0 && at <= self.0[after - 1].1
    }
}

/// The accuracy over the rows of one subject. A row lies in an anomaly from its first to its last finding;
/// ignored anomalies leave it alone, and stretches that ignore a single kind leave it to the other kinds.
pub(super) fn accuracy(times: &[i64], labels: &[&Label], anomalies: &[&Anomaly]) -> RowAccuracy {
    let span = |label: &&Label| (label.start, label.end);
    let ignored = Moments::union(
        labels.iter().copied().filter(|it| it.kind == LabelKind::Ignore(None)).map(|it| span(&it)),
    );
    let labelled =
        Moments::union(labels.iter().copied().filter(|it| !it.kind.is_ignore()).map(|it| span(&it)));
    let alerted = Moments::union(anomalies.iter().map(|anomaly| (anomaly.opened_at, anomaly.last_at())));
    let mut accuracy = RowAccuracy::default();
    for &at in times.iter().filter(|at| !ignored.contain(**at)) {
        let (labelled, alerted) = (labelled.contain(at), alerted.contain(at));
        accuracy.rows += 1;
        accuracy.right += u64::from(labelled == alerted);
        accuracy.true_negatives += u64::from(!labelled && !alerted);
    }
    accuracy
}

/// Rows of several subjects, and the anomalies among them.
pub(super) fn sum(parts: impl Iterator<Item = RowAccuracy>, anomalies: u64) -> RowAccuracy {
    let total = parts.fold(RowAccuracy::default(), |total, part| RowAccuracy {
        rows: total.rows + part.rows,
        right: total.right + part.right,
        true_negatives: total.true_negatives + part.true_negatives,
        ..total
    });
    RowAccuracy { anomalies_per_1000_rows: share(1_000 * anomalies, total.rows), ..total }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::rows::Bar;
    use crate::{
        domain::finding::{Finding, Severity},
        ingest::{Calendars, Draft, finish},
    };
    use jiff::tz::TimeZone;

    fn label(start: i64, end: i64, kind: &str) -> Label {
        Label { start, end, family: Family::Market, subject: "A".into(), kind: LabelKind::parse(kind) }
    }

    fn anomaly(from: i64, to: i64) -> Anomaly {
        let finding = |at| Finding {
            at,
            family: Family::Market,
            subject: 0,
            detector: "d".into(),
            kind: "K".into(),
            severity: Severity::Low,
            score: 0.5,
            observed: f64::NAN,
            expected: f64::NAN,
            message: String::new(),
            evidence: Vec::new(),
            dispute: None,
        };
        let mut anomaly = Anomaly::open(&finding(from));
        anomaly.join(&finding(to));
        anomaly
    }

    #[test]
    fn a_row_is_right_if_label_and_anomaly_agree_outside_what_is_ignored() {
        let times: Vec<i64> = (0..20).collect();
        let labels = [label(2, 4, "K"), label(3, 5, "*"), label(10, 14, "ignore"), label(16, 17, "ignore:K")];
        let anomalies = [anomaly(4, 6), anomaly(9, 11)];
        let accuracy =
            accuracy(&times, &labels.iter().collect::<Vec<_>>(), &anomalies.iter().collect::<Vec<_>>());
        // Of 15 rows: 4 and 5 in both, 2 and 3 in a label alone, 6 and 9 in an anomaly alone.
        assert_eq!((accuracy.rows, accuracy.right, accuracy.true_negatives), (15, 11, 9));
    }

    #[test]
    fn conflict_rows_are_moments_with_signals_or_else_bar_closes() {
        let mut draft = Draft::default();
        let symbol = draft.symbols.intern("A");
        draft.bars.extend([0, 60_000_000].map(|at| Bar::unknown(symbol, at)));
        let input = finish(draft, &Calendars::default(), &TimeZone::UTC);
        let rows = RowTimes::of(&input);
        assert_eq!(rows.of_family(Family::Market).collect::<Vec<_>>(), [(0, &[0, 60_000_000][..])]);
        assert_eq!(
            rows.of_family(Family::Conflict).collect::<Vec<_>>(),
            [(0, &[60_000_000, 120_000_000][..])]
        );
    }
}

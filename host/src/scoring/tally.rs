//! Counting events.

use std::collections::BTreeMap;

use super::{
    accuracy::Score,
    interval::bootstrap,
    truth::{Judged, Truth},
};

/// The score of some anomalies, as judged, against `labels` labels. Every label that one of the anomalies finds
/// must be among these, or `counts` must say no to it.
pub(super) fn tally<'a>(
    judged: impl Iterator<Item = &'a Judged>,
    labels: u64,
    counts: impl Fn(usize) -> bool,
) -> Score {
    let mut score = Score::default();
    let mut delays: BTreeMap<usize, i64> = BTreeMap::new();
    for anomaly in judged {
        match anomaly.truth {
            Truth::True => score.alerts_true += 1,
            Truth::False => score.alerts_false += 1,
            Truth::Ignored => score.alerts_ignored += 1,
        }
        for &(label, delay) in anomaly.found.iter().filter(|(label, _)| counts(*label)) {
            delays.entry(label).and_modify(|known| *known = delay.min(*known)).or_insert(delay);
        }
    }
    score.labels_found = delays.len() as u64;
    score.labels_missed = labels.saturating_sub(score.labels_found);
    score.median_delay_seconds = median(delays.into_values().collect()).map(|micros| micros / 1e6);
    with_shares(score)
}

fn with_shares(score: Score) -> Score {
    let alerts = score.alerts_true + score.alerts_false;
    let labels = score.labels_found + score.labels_missed;
    let precision = share(score.alerts_true, alerts);
    let recall = share(score.labels_found, labels);
    let f1 = precision.zip(recall).map(|(precision, recall)| harmonic_mean(precision, recall));
    Score {
        precision,
        recall,
        f1,
        precision_interval: bootstrap(score.alerts_true, alerts),
        recall_interval: bootstrap(score.labels_found, labels),
        ..score
    }
}

/// `part / whole`; `None` of nothing.
pub(super) fn share(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

fn harmonic_mean(one: f64, other: f64) -> f64 {
    if one + other > 0.0 { 2.0 * one * other / (one + other) } else { 0.0 }
}

fn median(mut values: Vec<i64>) -> Option<f64> {
    values.sort_unstable();
    let middle = values.len() / 2;
    let upper = *values.get(middle)?;
    let lower = if values.len().is_multiple_of(2) { values[middle - 1] } else { upper };
    Some(f64::midpoint(lower as f64, upper as f64))
}

//! Precision against recall, as the score from which anomalies count goes down.

use std::collections::BTreeSet;

use super::{
    accuracy::Point,
    truth::{Judged, Truth},
};

/// One point for each distinct score; none where there are no labels to find.
pub(super) fn points(
    mut scored: Vec<(f64, &Judged)>,
    labels: u64,
    counts: impl Fn(usize) -> bool,
) -> Vec<Point> {
    scored.retain(|(_, judged)| judged.truth != Truth::Ignored);
    scored.sort_by(|one, other| other.0.total_cmp(&one.0));
    let (mut right, mut found, mut points) = (0_u64, BTreeSet::new(), Vec::<Point>::new());
    for (count, (threshold, judged)) in (1_u64..).zip(scored) {
        right += u64::from(judged.truth == Truth::True);
        found.extend(judged.found.iter().map(|(label, _)| *label).filter(|label| counts(*label)));
        let precision = right as f64 / count as f64;
        let point = Point { threshold, precision, recall: found.len() as f64 / labels as f64 };
        match points.last_mut() {
            Some(last) if last.threshold.total_cmp(&threshold).is_eq() => *last = point,
            _ => points.push(point),
        }
    }
    if labels == 0 { Vec::new() } else { points }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_scores_are_one_point() {
        let judged =
            |truth, found: &[usize]| Judged { truth, found: found.iter().map(|&label| (label, 0)).collect() };
        let (right, again, wrong, unsure) = (
            judged(Truth::True, &[0]),
            judged(Truth::True, &[0, 1]),
            judged(Truth::False, &[]),
            judged(Truth::Ignored, &[]),
        );
        let scored = vec![(0.5, &wrong), (0.9, &right), (0.99, &unsure), (0.5, &again), (0.4, &wrong)];
        let point = |threshold, precision, recall| Point { threshold, precision, recall };
        assert_eq!(
            points(scored.clone(), 4, |_| true),
            [point(0.9, 1.0, 0.25), point(0.5, 2.0 / 3.0, 0.5), point(0.4, 0.5, 0.5)]
        );
        assert_eq!(points(scored, 0, |_| false), []);
    }
}

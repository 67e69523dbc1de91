//! Whether scores are probabilities.

use super::{
    accuracy::{Bin, Calibration},
    tally::share,
    truth::Truth,
};

const BINS: usize = 10;

/// The calibration of anomalies by score and truth.
pub(super) fn calibration(scored: impl Iterator<Item = (f64, Truth)>) -> Calibration {
    let mut sums = [(0_u64, 0_u64, 0.0); BINS];
    for (score, truth) in scored.filter(|(_, truth)| *truth != Truth::Ignored) {
        let (alerts, right, scores) = &mut sums[bin_of(score)];
        *alerts += 1;
        *right += u64::from(truth == Truth::True);
        *scores += score;
    }
    let bins: Vec<Bin> = (0_u8..).zip(sums).map(|(number, sums)| bin(number, sums)).collect();
    let all: u64 = bins.iter().map(|bin| bin.alerts).sum();
    let distance = |bin: &Bin| bin.alerts as f64 * (bin.mean_score - bin.share_true).abs();
    let error = bins.iter().map(distance).sum::<f64>() / (all.max(1) as f64);
    Calibration { expected_calibration_error: error, bins }
}

fn bin_of(score: f64) -> usize {
    let uppers = (1..BINS).map(|number| number as f64 / BINS as f64);
    uppers.filter(|upper| score >= *upper).count()
}

fn bin(number: u8, (alerts, right, scores): (u64, u64, f64)) -> Bin {
    let edge = |number: u8| f64::from(number) / BINS as f64;
    Bin {
        from: edge(number),
        to: edge(number + 1),
        alerts,
        mean_score: if alerts > 0 { scores / alerts as f64 } else { 0.0 },
        share_true: share(right, alerts).unwrap_or(0.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_error_is_the_mean_distance_over_anomalies() {
        let scored = [
            (0.75, Truth::True),
            (0.75, Truth::False),
            (0.95, Truth::True),
            (1.0, Truth::True),
            (0.1, Truth::Ignored),
        ];
        let calibration = calibration(scored.into_iter());
        // Two at 0.75 of which half are true, two at 0.975 on average that are all true.
        let expected = (2.0 * 0.25 + 2.0 * 0.025) / 4.0;
        assert!((calibration.expected_calibration_error - expected).abs() < 1e-12);
        assert_eq!(
            calibration.bins.iter().map(|bin| bin.alerts).collect::<Vec<_>>(),
            [0, 0, 0, 0, 0, 0, 0, 2, 0, 2]
        );
    }

    #[test]
    fn edges_belong_to_the_bin_above_and_one_to_the_last() {
        assert_eq!([0.0, 0.1, 0.3, 0.7, 0.999, 1.0].map(bin_of), [0, 1, 3, 7, 9, 9]);
    }
}

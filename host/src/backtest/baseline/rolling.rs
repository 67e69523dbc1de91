//! The plain rolling z-score.

use std::collections::VecDeque;

/// How far each value lies above the mean of the `window` known values before it, in their standard
/// deviations. NaN for an unknown value, and until half a window of values is known.
pub(super) fn z_scores(values: &[f64], window: usize) -> Vec<f64> {
    let mut recent: VecDeque<f64> = VecDeque::with_capacity(window + 1);
    let (mut sum, mut squares) = (0.0, 0.0);
    // Sums of values near zero keep their digits.
    let origin = values.iter().copied().find(|value| value.is_finite()).unwrap_or(0.0);
    values
        .iter()
        .map(|value| value - origin)
        .map(|value| {
            let count = recent.len() as f64;
            let mean = sum / count;
            let deviation = (squares / count - mean * mean).max(0.0).sqrt();
            let z = if recent.len() * 2 < window { f64::NAN } else { (value - mean) / deviation };
            if value.is_finite() {
                recent.push_back(value);
                sum += value;
                squares += value * value;
            }
            if recent.len() > window
                && let Some(oldest) = recent.pop_front()
            {
                sum -= oldest;
                squares -= oldest * oldest;
            }
            z
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_judged_by_those_before_it() {
        let z = z_scores(&[1.0, 3.0, 1.0, 3.0, 6.0, 2.0], 4);
        assert!(z[..2].iter().all(|z| z.is_nan()));
        assert!((z[4] - 4.0).abs() < 1e-12, "mean 2, deviation 1: {z:?}");
        assert!((z[5] - (2.0 - 3.25) / 3.1875_f64.sqrt()).abs() < 1e-9, "the window has moved: {z:?}");
    }

    #[test]
    fn unknown_values_are_passed_over() {
        let z = z_scores(&[1.0, f64::NAN, 3.0, f64::NAN, 4.0], 2);
        assert!(z[3].is_nan());
        assert!((z[4] - 2.0).abs() < 1e-12, "mean 2, deviation 1 of the two known ones: {z:?}");
    }
}

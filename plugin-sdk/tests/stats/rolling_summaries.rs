use plugin_sdk::stats::{RollingExtremes, RollingMoments, RollingSum};

use crate::random::Random;

const WINDOWS: [usize; 6] = [1, 2, 3, 10, 64, 501];

/// Calls `check` with the window after each of a few thousand values.
fn with_windows(window: usize, next: impl Fn(&mut Random) -> f64, mut check: impl FnMut(f64, &[f64])) {
    let mut random = Random::seeded(window as u64);
    let values: Vec<f64> = (0..3_000).map(|_| next(&mut random)).collect();
    for end in 1..=values.len() {
        check(values[end - 1], &values[end.saturating_sub(window)..end]);
    }
}

fn close(found: f64, expected: f64, scale: f64) -> bool {
    (found - expected).abs() <= 1e-12 * scale.abs() || (found.is_nan() && expected.is_nan())
}

#[test]
fn moments_are_those_of_the_window() {
    for window in WINDOWS {
        let mut moments = RollingMoments::over(window);
        with_windows(
            window,
            |r| 1e4 + r.normal(),
            |x, values| {
                moments.push(x);
                let count = values.len() as f64;
                let mean = values.iter().sum::<f64>() / count;
                let squares: f64 = values.iter().map(|v| (v - mean) * (v - mean)).sum();
                let variance = if values.len() < 2 { f64::NAN } else { squares / (count - 1.0) };
                assert_eq!((moments.len(), moments.is_full()), (values.len(), values.len() == window));
                assert!(close(moments.mean(), mean, mean));
                assert!(close(moments.variance(), variance, 1e4));
                assert!(close(moments.standard_deviation(), variance.sqrt(), 1e4));
            },
        );
    }
}

#[test]
fn extremes_are_those_of_the_window() {
    for window in WINDOWS {
        let mut extremes = RollingExtremes::over(window);
        with_windows(window, Random::wild, |x, values| {
            extremes.push(x);
            assert_eq!(extremes.min(), values.iter().copied().fold(f64::INFINITY, f64::min));
            assert_eq!(extremes.max(), values.iter().copied().fold(f64::NEG_INFINITY, f64::max));
        });
    }
}

#[test]
fn a_sum_of_whole_numbers_is_exact_next_to_a_huge_one() {
    for window in WINDOWS {
        let mut sum = RollingSum::over(window);
        let next = |r: &mut Random| if r.below(10) == 0 { 1e17 } else { r.below(1_000) as f64 };
        with_windows(window, next, |x, values| {
            sum.push(x);
            let exact: i128 = values.iter().map(|&v| v as i128).sum();
            assert_eq!(sum.sum(), exact as f64);
        });
    }
}

#[test]
fn an_outlier_that_left_leaves_nothing_behind() {
    let (mut moments, mut sum) = (RollingMoments::over(10), RollingSum::over(10));
    for x in [1e280].into_iter().chain((1..=10).map(f64::from)) {
        moments.push(x);
        sum.push(x);
    }
    assert_eq!((moments.mean(), sum.sum()), (5.5, 55.0));
    assert!(close(moments.variance(), 55.0 / 6.0, 1.0));
}

#[test]
fn what_is_not_finite_is_skipped() {
    let (mut moments, mut sum, mut extremes) =
        (RollingMoments::over(2), RollingSum::over(2), RollingExtremes::over(2));
    for x in [1.0, f64::NAN, 3.0, f64::INFINITY, f64::NEG_INFINITY] {
        moments.push(x);
        sum.push(x);
        extremes.push(x);
    }
    assert_eq!((moments.mean(), sum.sum(), extremes.min(), extremes.max()), (2.0, 4.0, 1.0, 3.0));
}

#[test]
fn empty_windows_say_so() {
    assert!(RollingMoments::over(3).mean().is_nan() && RollingMoments::over(3).variance().is_nan());
    assert!(RollingExtremes::over(3).min().is_nan() && RollingExtremes::over(3).max().is_nan());
    assert_eq!(RollingSum::over(3).sum(), 0.0);
}

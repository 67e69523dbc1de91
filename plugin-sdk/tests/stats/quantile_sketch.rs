use plugin_sdk::stats::{QuantileSketch, rows_to_forget};

use crate::random::Random;

const BOUND: f64 = 1.0 / 65.0 + 1e-12;

/// The order statistic at which the running weight passes a share `p`; the last value weighs 1.
fn weighted_quantile(values: &[f64], decay: f64, p: f64) -> f64 {
    let mut pairs: Vec<(f64, f64)> =
        values.iter().rev().enumerate().map(|(age, &x)| (x, decay.powi(age as i32))).collect();
    pairs.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut rest = p * pairs.iter().map(|pair| pair.1).sum::<f64>();
    let passed = pairs.iter().find(|pair| {
        rest -= pair.1;
        rest < 0.0
    });
    passed.or(pairs.last()).map_or(f64::NAN, |pair| pair.0)
}

#[test]
fn quantiles_keep_their_relative_error_over_all_magnitudes_and_signs() {
    for half_life in [50.0, 700.0, f64::INFINITY] {
        let (mut sketch, mut random) = (QuantileSketch::new(1e-25, 1e25, half_life), Random::seeded(31));
        let mut values = Vec::new();
        for i in 0..2_000 {
            values.push(if random.below(20) == 0 { 0.0 } else { random.wild() });
            sketch.push(values[i]);
            if i % 400 == 399 {
                for p in [0.001, 0.0502, 0.2501, 0.5003, 0.7507, 0.9901, 0.9999] {
                    let exact = weighted_quantile(&values, 0.5f64.powf(1.0 / half_life), p);
                    assert!(
                        (sketch.quantile(p) - exact).abs() <= BOUND * exact.abs(),
                        "{p} after {i}: {exact}"
                    );
                }
            }
        }
    }
}

#[test]
fn extremes_are_occupied_buckets() {
    let mut sketch = QuantileSketch::new(1e-3, 1e3, 10.0);
    for i in 0..1_000 {
        sketch.push(2.0 + f64::from(i % 3));
    }
    assert!((sketch.quantile(0.0) - 2.0).abs() <= 2.0 * BOUND);
    assert!((sketch.quantile(1.0) - 4.0).abs() <= 4.0 * BOUND);
}

#[test]
fn magnitudes_out_of_range_are_zero_or_its_end() {
    let mut sketch = QuantileSketch::new(1.0, 100.0, f64::INFINITY);
    for x in [0.2, -0.9, 5_000.0] {
        sketch.push(x);
    }
    assert_eq!(sketch.quantile(0.3), 0.0);
    assert!((sketch.quantile(1.0) - 100.0).abs() <= 100.0 / 32.0);
}

#[test]
fn rank_is_the_share_below() {
    let mut sketch = QuantileSketch::new(1e-3, 1e3, f64::INFINITY);
    for i in 1..=100 {
        sketch.push(f64::from(i));
    }
    assert!((sketch.rank(50.5) - 0.5).abs() < 0.02);
    assert_eq!((sketch.rank(-5.0), sketch.rank(900.0)), (0.0, 1.0));
}

#[test]
fn memory_fades_and_stays_finite() {
    let half_life = 20.0;
    let mut sketch = QuantileSketch::new(1e-3, 1e3, half_life);
    for _ in 0..5_000 {
        sketch.push(500.0);
    }
    for _ in 0..rows_to_forget(half_life) {
        sketch.push(1.0);
    }
    assert!(sketch.rank(100.0) > 1.0 - 2e-9);
    assert!((sketch.count() - 1.0 / (1.0 - 0.5f64.powf(1.0 / half_life))).abs() < 1e-6);
}

#[test]
fn what_is_not_finite_is_skipped_and_nothing_known_is_no_number() {
    let mut sketch = QuantileSketch::new(1e-3, 1e3, 10.0);
    assert!(sketch.quantile(0.5).is_nan() && sketch.rank(1.0).is_nan() && sketch.count() == 0.0);
    for x in [f64::NAN, f64::INFINITY] {
        sketch.push(x);
    }
    assert_eq!(sketch.count(), 0.0);
    sketch.push(7.0);
    assert!(sketch.quantile(f64::NAN).is_nan());
}

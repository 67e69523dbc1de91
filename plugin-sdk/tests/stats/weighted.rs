use plugin_sdk::stats::{Ewma, rows_to_forget};

use crate::random::Random;

fn pushed(mut ewma: Ewma, values: &[f64]) -> Ewma {
    for &x in values {
        ewma.push(x);
    }
    ewma
}

/// Weighted mean and unbiased variance from the definition; the last value weighs 1.
fn by_definition(values: &[f64], decay: f64) -> (f64, f64) {
    let weights: Vec<f64> = (0..values.len()).rev().map(|age| decay.powi(age as i32)).collect();
    let total: f64 = weights.iter().sum();
    let squares: f64 = weights.iter().map(|w| w * w).sum();
    let mean = weights.iter().zip(values).map(|(w, x)| w * x).sum::<f64>() / total;
    let deviations: f64 = weights.iter().zip(values).map(|(w, x)| w * (x - mean) * (x - mean)).sum();
    (mean, deviations / (total - squares / total))
}

fn normals(count: usize) -> Vec<f64> {
    let mut random = Random::seeded(11);
    (0..count).map(|_| 50.0 + random.normal()).collect()
}

#[test]
fn mean_and_variance_follow_their_definition_from_the_second_value_on() {
    let values = normals(300);
    for count in [2, 3, 10, 300] {
        for (ewma, decay) in [(Ewma::half_life(10.0), 0.5f64.powf(0.1)), (Ewma::span(19.0), 0.9)] {
            let found = pushed(ewma, &values[..count]);
            let (mean, variance) = by_definition(&values[..count], decay);
            assert!((found.mean() - mean).abs() < 1e-11);
            assert!((found.variance() - variance).abs() < 1e-11);
            assert!((found.standard_deviation() - variance.sqrt()).abs() < 1e-11);
        }
    }
}

#[test]
fn an_infinite_half_life_is_the_plain_mean() {
    let found = pushed(Ewma::half_life(f64::INFINITY), &[1.0, 2.0, 3.0, 6.0]);
    assert!((found.mean() - 3.0).abs() < 1e-15 && (found.variance() - 14.0 / 3.0).abs() < 1e-14);
    assert_eq!(found.effective_count(), 4.0);
}

#[test]
fn the_start_is_forgotten_after_the_rows_it_says() {
    let half_life = 25.0;
    let rows = rows_to_forget(half_life);
    assert_eq!(rows, 748); // 25 * log2(1e9) = 747.4
    let recent = normals(rows as usize);
    let other_start: Vec<f64> = [1e3].into_iter().chain(recent.iter().copied()).collect();
    let (late, long) =
        (pushed(Ewma::half_life(half_life), &recent), pushed(Ewma::half_life(half_life), &other_start));
    assert!((late.mean() - long.mean()).abs() < 1e3 * 1e-9);
}

#[test]
fn what_is_not_finite_is_skipped_and_too_few_values_are_no_number() {
    let mut ewma = Ewma::half_life(5.0);
    assert!(ewma.mean().is_nan() && ewma.effective_count() == 0.0);
    for x in [4.0, f64::NAN, f64::INFINITY] {
        ewma.push(x);
    }
    assert_eq!((ewma.mean(), ewma.variance().is_nan()), (4.0, true));
}

//! From habits to a score.

use std::f64::consts::FRAC_1_SQRT_2;

use crate::{math, score::Score};

/// A history of some hundred orders supports no smaller chance than this.
const SMALLEST: f64 = 1e-9;

/// Chance that a standard normal value exceeds `z`; NaN for NaN.
pub fn normal_tail(z: f64) -> f64 {
    0.5 * math::erfc(z * FRAC_1_SQRT_2)
}

/// One chance out of several independent ones, by Fisher's method: minus twice the sum of their logarithms
/// has a chi-squared distribution with twice as many degrees of freedom (Fisher, Statistical Methods for
/// Research Workers, 1925). 1 if there are none.
pub fn combined(chances: impl IntoIterator<Item = f64>) -> f64 {
    let (mut count, mut surprise) = (0_u32, 0.0);
    for chance in chances {
        count += 1;
        surprise -= math::ln(chance.max(SMALLEST));
    }
    let (mut term, mut sum) = (1.0, 1.0);
    for index in 1..count {
        term *= surprise / f64::from(index);
        sum += term;
    }
    (math::exp(-surprise) * sum).min(1.0)
}

/// Bayes' rule with `rate` as the share of truly anomalous occasions, which always look this unusual, while
/// ordinary ones do so by `chance`. `None` where chance is the likelier explanation.
pub fn posterior(chance: f64, rate: f64) -> Option<Score> {
    (chance <= rate).then(|| Score::new(rate / (rate + chance)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tails_of_the_normal_distribution() {
        assert!((normal_tail(0.0) - 0.5).abs() < 1e-15);
        assert!((normal_tail(1.959_963_984_540_054) - 0.025).abs() < 1e-12);
    }

    #[test]
    fn fisher_agrees_with_the_chi_squared_distribution() {
        assert_eq!(combined([]), 1.0);
        assert!((combined([0.03]) - 0.03).abs() < 1e-12);
        // Survival of chi-squared at -2 ln(0.05 * 0.1) with 4 degrees of freedom.
        assert!((combined([0.05, 0.1]) - 0.031_491_586_832_740_18).abs() < 1e-12);
    }

    #[test]
    fn even_odds_where_chance_equals_the_rate() {
        assert_eq!(posterior(0.001, 0.001).map(Score::value), Some(0.5));
        assert_eq!(posterior(0.002, 0.001), None);
        assert_eq!(posterior(f64::NAN, 0.001), None);
    }
}

//! Logarithms of tail probabilities: how surprising a value or a count is, without underflow.

use super::incomplete::{ln_beta_regularized, ln_gamma_lower};
use crate::math::{erfc, ln, ln_1p};

/// From here on the normal tail is taken from its asymptotic series, whose first dropped term is below 1e-12.
const FAR: f64 = 25.0;

/// `ln P(Z >= z)` of a standard normal `Z`. NaN in, NaN out. Source: Abramowitz & Stegun 7.1.2 and 26.2.12.
pub fn ln_normal_tail(z: f64) -> f64 {
    use std::f64::consts::{FRAC_1_SQRT_2, PI};
    if z < 0.0 {
        return ln_1p(-0.5 * erfc(-z * FRAC_1_SQRT_2));
    }
    if z < FAR {
        return ln(0.5 * erfc(z * FRAC_1_SQRT_2));
    }
    let inverse = 1.0 / (z * z);
    let series = inverse * (-1.0 + inverse * (3.0 + inverse * (-15.0 + inverse * 105.0)));
    -0.5 * z * z - ln(z) - 0.5 * ln(2.0 * PI) + ln_1p(series)
}

/// `ln P(X >= count)` of a Poisson `X` with this mean; a count that is not whole is interpolated.
///
/// 0 for a count of 0 or less, minus infinity for a mean of 0, NaN for a mean that is negative or NaN. Takes
/// O(√count) steps. Source: `P(X >= k) = P(k, mean)`, the regularised incomplete gamma function (DLMF 8.4.10).
pub fn ln_poisson_tail(count: f64, mean: f64) -> f64 {
    if count.is_nan() || mean.is_nan() || mean < 0.0 {
        return f64::NAN;
    }
    if count <= 0.0 {
        return 0.0;
    }
    if mean == 0.0 {
        return f64::NEG_INFINITY;
    }
    ln_gamma_lower(count, mean)
}

/// `ln P(X >= count)` of a negative binomial `X` with this mean and variance `mean + mean^2 / size`: a Poisson
/// whose rate itself varies as a gamma distribution of shape `size`, for counts that come in bursts.
///
/// 0 for a count of 0 or less, minus infinity for a mean of 0, NaN for a negative or NaN mean or a size that
/// is not above 0; an infinite size is the Poisson. Takes O(√count) steps. Source:
/// `P(X >= k) = I_q(k, size)` with `q = mean / (mean + size)` (DLMF 8.17.5).
pub fn ln_negative_binomial_tail(count: f64, mean: f64, size: f64) -> f64 {
    if size.is_nan() || size <= 0.0 {
        return f64::NAN;
    }
    if size.is_infinite() || mean.is_nan() || mean <= 0.0 || count.is_nan() || count <= 0.0 {
        return ln_poisson_tail(count, mean);
    }
    ln_beta_regularized(mean / (mean + size), size / (mean + size), count, size)
}

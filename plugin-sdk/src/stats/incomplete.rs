//! Logarithms of the regularised incomplete gamma and beta functions.

use crate::math::{exp, ln, ln_1p, ln_gamma};

/// Relative accuracy at which a series or fraction ends.
const ENOUGH: f64 = 1e-15;

/// Terms after which it ends anyway; both need a few times the square root of the largest argument.
const MOST_TERMS: u32 = 100_000;

/// Stands for zero in a denominator (Lentz 1976).
const TINY: f64 = 1e-300;

/// `ln P(a, x)`, `a` and `x` above 0: the series DLMF 8.11.4 below the mean, else one minus the fraction 8.9.2.
pub(super) fn ln_gamma_lower(a: f64, x: f64) -> f64 {
    let front = a * ln(x) - x - ln_gamma(a);
    if x < a + 1.0 {
        return front + ln(gamma_series(a, x));
    }
    ln_1p(-exp((front + ln(gamma_fraction(a, x))).min(0.0)))
}

fn gamma_series(a: f64, x: f64) -> f64 {
    let mut term = 1.0 / a;
    let mut sum = term;
    for n in 1..MOST_TERMS {
        term *= x / (a + f64::from(n));
        sum += term;
        if term < sum * ENOUGH {
            break;
        }
    }
    sum
}

fn gamma_fraction(a: f64, x: f64) -> f64 {
    let first = x + 1.0 - a;
    continued_fraction(first, |n| (n * (a - n), first + 2.0 * n))
}

/// `ln I_x(a, b)` with `y = 1 - x`, all above 0: the fraction DLMF 8.17.22 on the side where it converges fast.
pub(super) fn ln_beta_regularized(x: f64, y: f64, a: f64, b: f64) -> f64 {
    let front = a * ln(x) + b * ln(y) + ln_gamma(a + b) - ln_gamma(a) - ln_gamma(b);
    if x < (a + 1.0) / (a + b + 2.0) {
        return front - ln(a) + ln(beta_fraction(x, a, b));
    }
    ln_1p(-exp((front - ln(b) + ln(beta_fraction(y, b, a))).min(0.0)))
}

fn beta_fraction(x: f64, a: f64, b: f64) -> f64 {
    continued_fraction(1.0, |n| {
        let half = (n / 2.0).floor();
        let numerator = if n % 2.0 == 0.0 {
            half * (b - half) * x / ((a + n - 1.0) * (a + n))
        } else {
            -(a + half) * (a + b + half) * x / ((a + n - 1.0) * (a + n))
        };
        (numerator, 1.0)
    })
}

/// `1 / (first + n1 / (d1 + n2 / (d2 + ...)))` by the modified method of Lentz (Thompson & Barnett 1986);
/// `term` gives the numerator and denominator of each step from 1 on.
fn continued_fraction(first: f64, term: impl Fn(f64) -> (f64, f64)) -> f64 {
    let nonzero = |x: f64| if x.abs() < TINY { TINY } else { x };
    let mut value = 1.0 / nonzero(first);
    let (mut c, mut d) = (1.0 / TINY, value);
    for n in 1..MOST_TERMS {
        let (numerator, denominator) = term(f64::from(n));
        d = 1.0 / nonzero(denominator + numerator * d);
        c = nonzero(denominator + numerator / c);
        value *= c * d;
        if (c * d - 1.0).abs() < ENOUGH {
            break;
        }
    }
    value
}

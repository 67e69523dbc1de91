//! Exponentially weighted mean and variance.

use crate::math::{exp, ln};

/// Where the weight of older values counts as forgotten.
const FORGOTTEN: f64 = 1e-9;

/// Exponentially weighted mean and variance of a stream, unbiased from the first value on.
///
/// A value `k` values back has the weight `2^(-k / half_life)`; the weights are normalised by their sum, so
/// that the start is not special.
///
/// - Units: the mean has those of the values, the variance their square.
/// - Warm-up: [`rows_to_forget`] says after how many values the start has less than a billionth of the weight.
/// - NaN: a value that is not finite is skipped; the state is unchanged.
/// - Cost: O(1), five additions and multiplications and one division.
/// - Source: West 1979, weighted incremental mean and variance, with geometric weights.
#[derive(Clone, Debug)]
pub struct Ewma {
    /// What one step leaves of a weight.
    decay: f64,
    /// Sum of the weights.
    weight: f64,
    /// Sum of the squared weights.
    squared: f64,
    mean: f64,
    /// Weighted sum of squared deviations from the mean.
    deviations: f64,
}

impl Ewma {
    /// Weights that halve every `half_life` values, which must be above 0.
    pub fn half_life(half_life: f64) -> Self {
        Self::decay(exp(-std::f64::consts::LN_2 / half_life.max(f64::MIN_POSITIVE)))
    }

    /// Weights whose centre of mass is that of a plain mean over `span` values: `alpha = 2 / (span + 1)`.
    pub fn span(span: f64) -> Self {
        Self::decay(1.0 - 2.0 / (span.max(1.0) + 1.0))
    }

    fn decay(decay: f64) -> Self {
        Self { decay, weight: 0.0, squared: 0.0, mean: 0.0, deviations: 0.0 }
    }

    /// Adds a value.
    pub fn push(&mut self, x: f64) {
        if !x.is_finite() {
            return;
        }
        self.weight = self.weight * self.decay + 1.0;
        self.squared = self.squared * self.decay * self.decay + 1.0;
        let from_old = x - self.mean;
        self.mean += from_old / self.weight;
        self.deviations = self.deviations * self.decay + from_old * (x - self.mean);
    }

    /// The mean; NaN before the first value.
    pub fn mean(&self) -> f64 {
        if self.weight > 0.0 { self.mean } else { f64::NAN }
    }

    /// The variance, unbiased for independent values (reliability weights); NaN before the second value.
    pub fn variance(&self) -> f64 {
        let freedom = self.weight - self.squared / self.weight;
        if freedom > 0.0 { self.deviations.max(0.0) / freedom } else { f64::NAN }
    }

    /// Square root of the variance; NaN before the second value.
    pub fn standard_deviation(&self) -> f64 {
        self.variance().sqrt()
    }

    /// How many equally weighted values would know as much: `(sum of weights)^2 / sum of squares`.
    pub fn effective_count(&self) -> f64 {
        if self.weight > 0.0 { self.weight * self.weight / self.squared } else { 0.0 }
    }
}

/// Values after which all that came before has less than 1e-9 of the weight: about 30 half-lives. A
/// detector's warm-up, if its memory is exponential.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the cast saturates")]
pub fn rows_to_forget(half_life: f64) -> u32 {
    (half_life * -ln(FORGOTTEN) / std::f64::consts::LN_2).ceil() as u32
}

//! Mean and variance of a sliding window.

use super::blocks::{Blocks, Summary};

/// Mean and variance of the last `window` values.
///
/// - Units: the mean has those of the values, the variance their square.
/// - Warm-up: `window` values determine the state, up to rounding in the last digits; no drift, and an
///   outlier that has left leaves nothing behind.
/// - NaN: a value that is not finite is skipped; the state is unchanged.
/// - Cost: O(1) amortised (one push in `window` summarises the window again), no allocation after construction.
/// - Source: pairwise update of Chan, Golub & `LeVeque` 1979 over van Herk blocks.
pub struct RollingMoments {
    blocks: Blocks<Moments>,
}

#[derive(Clone, Copy)]
struct Moments {
    count: f64,
    mean: f64,
    /// Sum of squared deviations from the mean.
    deviations: f64,
}

impl Summary for Moments {
    const EMPTY: Self = Self { count: 0.0, mean: 0.0, deviations: 0.0 };

    fn of(x: f64) -> Self {
        Self { count: 1.0, mean: x, deviations: 0.0 }
    }

    fn join(self, later: Self) -> Self {
        let count = self.count + later.count;
        if count == 0.0 {
            return Self::EMPTY;
        }
        let (apart, share) = (later.mean - self.mean, later.count / count);
        Self {
            count,
            mean: self.mean + apart * share,
            deviations: self.deviations + later.deviations + apart * apart * self.count * share,
        }
    }
}

impl RollingMoments {
    /// Moments of the last `window` values, at least 1.
    pub fn over(window: usize) -> Self {
        Self { blocks: Blocks::over(window) }
    }

    /// Adds a value; the oldest leaves a full window.
    pub fn push(&mut self, x: f64) {
        if x.is_finite() {
            self.blocks.push(x);
        }
    }

    /// Values in the window.
    pub fn len(&self) -> usize {
        self.blocks.len()
    }

    /// Whether no value was pushed yet.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether the window is full.
    pub fn is_full(&self) -> bool {
        self.blocks.is_full()
    }

    /// The mean; NaN while empty.
    pub fn mean(&self) -> f64 {
        if self.is_empty() { f64::NAN } else { self.blocks.summary().mean }
    }

    /// The unbiased variance; NaN below two values.
    pub fn variance(&self) -> f64 {
        let Moments { count, deviations, .. } = self.blocks.summary();
        if count < 2.0 { f64::NAN } else { deviations / (count - 1.0) }
    }

    /// Square root of the variance; NaN below two values.
    pub fn standard_deviation(&self) -> f64 {
        self.variance().sqrt()
    }
}

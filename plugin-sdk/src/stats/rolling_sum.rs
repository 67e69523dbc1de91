//! Sum of a sliding window.

use super::blocks::{Blocks, Summary};

/// Sum of the last `window` values.
///
/// - Units: those of the values.
/// - Warm-up: `window` values determine the state, up to rounding in the last digit.
/// - NaN: a value that is not finite is skipped; the state is unchanged.
/// - Cost: O(1) amortised (one push in `window` sums the window again), no allocation after construction.
/// - Source: compensated summation, Ogita, Rump & Oishi 2005, over van Herk blocks.
pub struct RollingSum {
    blocks: Blocks<Sum>,
}

/// A sum and what rounding took from it.
#[derive(Clone, Copy)]
struct Sum {
    rounded: f64,
    lost: f64,
}

impl Summary for Sum {
    const EMPTY: Self = Self { rounded: 0.0, lost: 0.0 };

    fn of(x: f64) -> Self {
        Self { rounded: x, lost: 0.0 }
    }

    fn join(self, later: Self) -> Self {
        let rounded = self.rounded + later.rounded;
        let from_later = rounded - self.rounded;
        let lost = (self.rounded - (rounded - from_later)) + (later.rounded - from_later);
        Self { rounded, lost: self.lost + later.lost + lost }
    }
}

impl RollingSum {
    /// Sum of the last `window` values, at least 1.
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

    /// The sum; 0 while empty.
    pub fn sum(&self) -> f64 {
        let Sum { rounded, lost } = self.blocks.summary();
        rounded + lost
    }
}

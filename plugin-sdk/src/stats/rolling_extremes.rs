//! Smallest and largest value of a sliding window.

use super::blocks::{Blocks, Summary};

/// Minimum and maximum of the last `window` values.
///
/// - Units: those of the values.
/// - Warm-up: `window` values determine the state, exactly.
/// - NaN: a value that is not finite is skipped; the state is unchanged.
/// - Cost: O(1) amortised (one push in `window` looks at the window again), no allocation after construction.
/// - Source: van Herk 1992; Gil & Werman 1993.
pub struct RollingExtremes {
    blocks: Blocks<Range>,
}

#[derive(Clone, Copy)]
struct Range {
    min: f64,
    max: f64,
}

impl Summary for Range {
    const EMPTY: Self = Self { min: f64::INFINITY, max: f64::NEG_INFINITY };

    fn of(x: f64) -> Self {
        Self { min: x, max: x }
    }

    fn join(self, later: Self) -> Self {
        Self { min: self.min.min(later.min), max: self.max.max(later.max) }
    }
}

impl RollingExtremes {
    /// Extremes of the last `window` values, at least 1.
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

    /// The smallest value; NaN while empty.
    pub fn min(&self) -> f64 {
        if self.is_empty() { f64::NAN } else { self.blocks.summary().min }
    }

    /// The largest value; NaN while empty.
    pub fn max(&self) -> f64 {
        if self.is_empty() { f64::NAN } else { self.blocks.summary().max }
    }
}

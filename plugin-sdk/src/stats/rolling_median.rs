//! Median, median absolute deviation and quantiles of a sliding window.

use std::cell::Cell;

use super::order_tree::OrderTree;

/// Standard deviations in one median absolute deviation of a normal sample: 1 / Φ⁻¹(3/4).
pub const MAD_TO_SIGMA: f64 = 1.482_602_218_505_602;

/// Values known before a judgement is made, unless the window is shorter. The relative standard error of a
/// MAD from n normal values is about 1.17 / √n (Rousseeuw & Croux 1993): 26 % at 20.
pub const MINIMUM: usize = 20;

/// Larger magnitudes are skipped like NaN, so that no difference of two values overflows.
const LARGEST: f64 = 1e300;

/// How a value compares with the window before it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Judged {
    /// Median of the window, in the unit of the values.
    pub median: f64,
    /// Median absolute deviation from it, in the unit of the values.
    pub mad: f64,
    /// Distance from the median in robust standard deviations, signed.
    pub robust_z: f64,
}

/// Exact order statistics of the last `window` values.
///
/// - Units: those of the values.
/// - Warm-up: the state is determined by the last `window` values alone, bit for bit. `judge` answers from
///   [`MINIMUM`] values on (or a full window, if that is shorter).
/// - NaN: a value that is NaN, infinite or beyond ±1e300 is skipped; the state is unchanged.
/// - Cost: O(log n) for a push and for each query, no allocation after construction.
/// - Source: MAD as a scale, Hampel 1974; exact selection in a counted B+ tree.
pub struct RollingMedian {
    /// The values in order of arrival; a ring once it is full.
    ring: Vec<f64>,
    oldest: usize,
    window: usize,
    minimum: usize,
    floor: f64,
    sorted: OrderTree,
    /// Where the search for the MAD ended last; it shortens the next one and changes no result.
    hint: Cell<u32>,
}

impl RollingMedian {
    /// Order statistics of the last `window` values, at least 1.
    pub fn over(window: usize) -> Self {
        let window = window.clamp(1, u32::MAX as usize);
        Self {
            ring: Vec::with_capacity(window),
            oldest: 0,
            window,
            minimum: MINIMUM.min(window),
            floor: 0.0,
            sorted: OrderTree::with_capacity(window),
            hint: Cell::new(0),
        }
    }

    /// Judges from this many values on, 1 to the window, instead of from [`MINIMUM`].
    #[must_use]
    pub fn minimum(mut self, values: usize) -> Self {
        self.minimum = values.clamp(1, self.window);
        self
    }

    /// The least standard deviation to judge by, in the unit of the values: a tick, a rounding step.
    #[must_use]
    pub fn floor(mut self, sigma: f64) -> Self {
        self.floor = sigma.max(0.0);
        self
    }

    /// Values in the window.
    pub fn len(&self) -> usize {
        self.ring.len()
    }

    /// Whether no value was pushed yet.
    pub fn is_empty(&self) -> bool {
        self.ring.is_empty()
    }

    /// Adds a value; the oldest leaves a full window.
    pub fn push(&mut self, x: f64) {
        if !is_usable(x) {
            return;
        }
        let x = x + 0.0; // one zero, so that equal windows hold equal bits
        if self.ring.len() < self.window {
            self.ring.push(x);
        } else {
            let oldest = std::mem::replace(&mut self.ring[self.oldest], x);
            self.oldest = if self.oldest + 1 == self.window { 0 } else { self.oldest + 1 };
            self.sorted.remove(oldest);
        }
        self.sorted.insert(x);
    }

    /// The median; the mean of the middle two of an even number. NaN while empty.
    pub fn median(&self) -> f64 {
        let len = self.sorted.len();
        if len == 0 {
            return f64::NAN;
        }
        let middle = self.sorted.cursor(len / 2);
        if len % 2 == 1 { middle.behind() } else { middle.before().midpoint(middle.behind()) }
    }

    /// The median absolute deviation from the median, not scaled. NaN while empty.
    pub fn mad(&self) -> f64 {
        self.mad_around(self.median())
    }

    fn mad_around(&self, median: f64) -> f64 {
        let len = self.sorted.len();
        if len == 0 {
            return f64::NAN;
        }
        let (start, end) = self.sorted.nearest(median, len / 2, len.div_ceil(2), self.hint.get());
        self.hint.set(start.rank());
        let within = (median - start.behind()).max(end.before() - median);
        if len % 2 == 1 {
            return within;
        }
        let beyond = (median - start.before()).min(end.behind() - median);
        within.midpoint(beyond)
    }

    /// The quantile at `p` in 0..1, interpolated between order statistics (type 7 of Hyndman & Fan 1996).
    /// NaN while empty or where `p` is NaN.
    pub fn quantile(&self, p: f64) -> f64 {
        let Some(last) = self.sorted.len().checked_sub(1) else { return f64::NAN };
        let position = p.clamp(0.0, 1.0) * f64::from(last);
        if position.is_nan() {
            return f64::NAN;
        }
        let low = position.floor();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "within 0..=last")]
        let rank = low as u32;
        let (below, above) = (self.sorted.get(rank), self.sorted.get(last.min(rank + 1)));
        below + (above - below) * (position - low)
    }

    /// The share of values below `x`, ties counted half: 0 to 1. NaN while empty or where `x` is NaN.
    pub fn rank(&self, x: f64) -> f64 {
        if self.is_empty() || x.is_nan() {
            return f64::NAN;
        }
        let twice = self.sorted.count_below(x) + self.sorted.count_at_most(x);
        f64::from(twice) / f64::from(2 * self.sorted.len())
    }

    /// How `x` compares with the window; `None` while too few values are known, or where `x` would be skipped.
    ///
    /// The standard deviation is `1.4826 * mad`, but at least the [`floor`](Self::floor). Where both are 0
    /// (most values are equal) it is the largest deviation in the window, so that nothing seen before is
    /// beyond 1; where that is 0 too there is no yardstick, and `robust_z` is 0.
    pub fn judge(&self, x: f64) -> Option<Judged> {
        if self.len() < self.minimum || !is_usable(x) {
            return None;
        }
        let median = self.median();
        let mad = self.mad_around(median);
        let sigma = self.sigma(median, mad);
        let robust_z = if sigma > 0.0 { (x - median) / sigma } else { 0.0 };
        Some(Judged { median, mad, robust_z })
    }

    fn sigma(&self, median: f64, mad: f64) -> f64 {
        let sigma = (MAD_TO_SIGMA * mad).max(self.floor);
        if sigma > 0.0 {
            return sigma;
        }
        let (lowest, highest) = (self.sorted.get(0), self.sorted.get(self.sorted.len() - 1));
        (median - lowest).max(highest - median)
    }

    /// Judges `x` against the values before it, then adds it.
    pub fn judge_then_push(&mut self, x: f64) -> Option<Judged> {
        let judged = self.judge(x);
        self.push(x);
        judged
    }
}

/// Whether a value counts: NaN, infinities and magnitudes whose differences overflow do not.
fn is_usable(x: f64) -> bool {
    x.abs() <= LARGEST
}

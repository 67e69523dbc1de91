//! Quantiles of a long, fading memory in little space.

use super::sum_tree::SumTree;
use crate::math::exp;

/// Bits of the mantissa that tell buckets apart: 32 buckets for each doubling.
const BITS: u32 = 5;

/// Where a value's exponent and leading mantissa bits begin.
const SHIFT: u32 = f64::MANTISSA_DIGITS - 1 - BITS;

/// Weight of a new value beyond which all weights are scaled down.
const HEAVY: f64 = 1e18;

/// The largest magnitude told apart.
const MOST: f64 = 1e300;

/// Counts in buckets of equal relative width, fading with each value.
///
/// [`quantile`](Self::quantile) is within 1.6 % (1/65) of the exact order statistic of the weighted values,
/// as long as that lies within the range given at the start; magnitudes below the range count as 0, those above as
/// its end.
///
/// - Units: those of the values.
/// - Warm-up: [`rows_to_forget`](super::rows_to_forget) of the half-life.
/// - NaN: a value that is not finite is skipped; the state is unchanged.
/// - Cost: O(log buckets) for a push and a query; 64 buckets, 1 to 2 KB, for each doubling in the range. No
///   allocation after construction.
/// - Source: `DDSketch`, Masson, Rim & Lee 2019, with the linearly interpolated logarithm (the bits of the
///   number) as mapping; fading as in forward decay, Cormode et al. 2009.
#[derive(Clone, Debug)]
pub struct QuantileSketch {
    /// Bucket code of the smallest magnitude.
    base: u64,
    /// Buckets of one sign; the slots are negative ones downwards, zero, positive ones.
    buckets: usize,
    weights: SumTree,
    /// Weight of the next value, and what it grows by for each.
    weight: f64,
    growth: f64,
}

impl QuantileSketch {
    /// Tells magnitudes from `smallest` to `largest` apart, and forgets half every `half_life` values;
    /// infinity never forgets.
    pub fn new(smallest: f64, largest: f64, half_life: f64) -> Self {
        let smallest = smallest.max(f64::MIN_POSITIVE);
        let base = code(smallest);
        let buckets = index(code(largest.min(MOST).max(smallest)) - base) + 1;
        let growth = exp(std::f64::consts::LN_2 / half_life.max(1.0));
        Self { base, buckets, weights: SumTree::new(2 * buckets + 1), weight: 1.0, growth }
    }

    /// Adds a value.
    pub fn push(&mut self, x: f64) {
        if !x.is_finite() {
            return;
        }
        self.weights.add(self.slot(x), self.weight);
        self.weight *= self.growth;
        if self.weight > HEAVY {
            self.weights.scale(1.0 / self.weight);
            self.weight = 1.0;
        }
    }

    /// The value below which a share `p` of the weight lies, 0 to 1; NaN before the first value or where `p`
    /// is NaN.
    pub fn quantile(&self, p: f64) -> f64 {
        let total = self.weights.total();
        if total == 0.0 || p.is_nan() {
            return f64::NAN;
        }
        self.value(self.weights.slot_at(p.clamp(0.0, 1.0) * total))
    }

    /// The share of the weight below `x`, its own bucket counted half: 0 to 1. NaN before the first value or
    /// where `x` is NaN.
    pub fn rank(&self, x: f64) -> f64 {
        let total = self.weights.total();
        if total == 0.0 || x.is_nan() {
            return f64::NAN;
        }
        let slot = self.slot(x);
        (self.weights.before(slot) + 0.5 * self.weights.weight(slot)) / total
    }

    /// How many values are remembered, each counted by its faded weight, the latest as 1.
    pub fn count(&self) -> f64 {
        self.weights.total() * self.growth / self.weight
    }

    fn slot(&self, x: f64) -> usize {
        let Some(above) = code(x.abs()).checked_sub(self.base) else { return self.buckets };
        let bucket = index(above).min(self.buckets - 1);
        if x > 0.0 { self.buckets + 1 + bucket } else { self.buckets - 1 - bucket }
    }

    /// The harmonic mean of a bucket's bounds, which is nearest to all of it in relative terms.
    fn value(&self, slot: usize) -> f64 {
        let Some(bucket) = slot.abs_diff(self.buckets).checked_sub(1) else { return 0.0 };
        let code = self.base + bucket as u64;
        let (low, high) = (f64::from_bits(code << SHIFT), f64::from_bits((code + 1) << SHIFT));
        let value = low * 2.0 / (1.0 + low / high);
        if slot > self.buckets { value } else { -value }
    }
}

/// Exponent and leading mantissa bits of a magnitude: grows with it, by 1 for each bucket.
fn code(magnitude: f64) -> u64 {
    magnitude.to_bits() >> SHIFT
}

#[expect(clippy::cast_possible_truncation, reason = "fewer than 2^17 buckets cover all doubles")]
fn index(buckets: u64) -> usize {
    buckets as usize
}

//! Mean size of what is usual, deaf to what is not.

/// Standard deviation of a normal sample in units of its mean absolute value: √(π/2).
const MEAN_ABSOLUTE_TO_SIGMA: f64 = 1.253_314_137_315_500_3;

/// No size adds more than this many times the mean: 3.2 standard deviations of a normal sample.
const MOST: f64 = 4.0;

/// Sizes taken as they are, before there is a mean to compare with.
const UNBOUNDED: u32 = 10;

/// Sizes before the mean is worth measuring by: its relative standard error is 0.76 / √n for a normal
/// sample, 10 % at 60.
const MINIMUM: u32 = 60;

/// Exponentially weighted mean of sizes (absolute changes, ranges) in which no single one counts for more
/// than four times the mean, so that an anomaly hardly moves what anomalies are measured by.
///
/// - Units: those of the sizes.
/// - Warm-up: at first the plain mean of all sizes, from the `memory`-th on each new one has the weight
///   `1 / memory`. After `20 * memory` sizes ([`BoundedMean::warm_up`]) the start is forgotten to 1e-8.
/// - NaN: skipped, and so is zero: a quantity that was not updated says nothing about the size of its
///   updates, and many such bars must not shrink the yardstick.
/// - Cost: O(1).
/// - Source: exponential smoothing with Huber's bounded influence, Gelper, Fried and Croux 2010.
#[derive(Clone, Copy, Debug)]
pub struct BoundedMean {
    gain: Gain,
    count: u32,
    mean: f64,
}

impl BoundedMean {
    /// A mean over about the last `memory` sizes, at least 1.
    pub fn over(memory: u32) -> Self {
        Self { gain: Gain::over(memory), count: 0, mean: 0.0 }
    }

    /// Sizes after which what came before no longer matters.
    pub const fn warm_up(memory: u32) -> u32 {
        20 * memory
    }

    /// Adds a size.
    pub fn push(&mut self, size: f64) {
        if !(size > 0.0 && size < f64::INFINITY) {
            return;
        }
        let size = if self.count < UNBOUNDED { size } else { size.min(MOST * self.mean) };
        self.count = self.count.saturating_add(1);
        self.mean += (size - self.mean) * self.gain.at(self.count);
    }

    /// How many sizes were added.
    pub const fn count(&self) -> u32 {
        self.count
    }

    /// The mean; 0 before the first size.
    pub const fn mean(&self) -> f64 {
        self.mean
    }

    /// The standard deviation of a normal sample with this mean absolute value; 0 before the first size.
    pub fn sigma(&self) -> f64 {
        MEAN_ABSOLUTE_TO_SIGMA * self.mean
    }

    /// The same, but NaN before 60 sizes.
    pub fn settled_sigma(&self) -> f64 {
        if self.count < MINIMUM { f64::NAN } else { self.sigma() }
    }
}

/// What the n-th value weighs: `1 / n` while the memory fills, the same for all from then on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Gain {
    memory: u32,
    settled: f64,
}

impl Gain {
    pub(super) fn over(memory: u32) -> Self {
        let memory = memory.max(1);
        Self { memory, settled: 1.0 / f64::from(memory) }
    }

    pub(super) fn at(self, count: u32) -> f64 {
        if count < self.memory { 1.0 / f64::from(count) } else { self.settled }
    }
}

#[cfg(test)]
mod tests {
    use super::BoundedMean;

    #[test]
    fn starts_as_the_plain_mean() {
        let mut mean = BoundedMean::over(100);
        for size in [1.0, 2.0, 6.0] {
            mean.push(size);
        }
        assert!((mean.mean() - 3.0).abs() < 1e-12);
    }

    #[test]
    fn a_monster_counts_as_four_times_the_usual() {
        let (mut struck, mut plain) = (BoundedMean::over(20), BoundedMean::over(20));
        for _ in 0..50 {
            struck.push(1.0);
            plain.push(1.0);
        }
        struck.push(1e9);
        plain.push(4.0);
        assert_eq!(struck.mean(), plain.mean());
    }

    #[test]
    fn stale_and_missing_values_change_nothing() {
        let mut mean = BoundedMean::over(20);
        (0..30).for_each(|_| mean.push(2.0));
        for _ in 0..1000 {
            mean.push(0.0);
            mean.push(f64::NAN);
            mean.push(f64::INFINITY);
        }
        assert_eq!((mean.count(), mean.mean()), (30, 2.0));
    }

    #[test]
    fn the_past_is_forgotten_after_the_warm_up() {
        let sizes = |index: u32| 1.0 + f64::from(index * 7919 % 101) / 25.0;
        let (mut early, mut late) = (BoundedMean::over(50), BoundedMean::over(50));
        (0..500).for_each(|_| early.push(40.0));
        for index in 0..BoundedMean::warm_up(50) {
            early.push(sizes(index));
            late.push(sizes(index));
        }
        assert!((early.mean() / late.mean() - 1.0).abs() < 1e-6);
    }
}

//! The level a series usually has, not carried away by bursts.

use super::{BoundedMean, bounded_mean::Gain};

/// A value moves the level as if it were at most this many mean deviations away, two standard deviations of a
/// normal sample (Huber's k).
const HUBER: f64 = 2.5;

/// Values before the level is worth comparing with.
const MINIMUM: u32 = 30;

/// Values taken as they are, before their spread is known.
const UNBOUNDED: u32 = 10;

/// Exponentially weighted level of a series, in which an outlier moves the level only as far as a value
/// two standard deviations away would.
///
/// A lasting change of level is followed, at two standard deviations per `memory` values at least.
///
/// - Units: those of the values (usually a logarithm).
/// - Warm-up: answers from the 30th value on; determined by the last [`HuberLevel::warm_up`] values.
/// - NaN: a value that is not finite is skipped and has no deviation.
/// - Cost: O(1).
/// - Source: Huber 1964 for the bounded influence; Gelper, Fried and Croux 2010 for its use in exponential
///   smoothing.
#[derive(Clone, Copy, Debug)]
pub struct HuberLevel {
    gain: Gain,
    count: u32,
    level: f64,
    spread: BoundedMean,
}

impl HuberLevel {
    /// A level over about the last `memory` values; their spread is taken over 2.5 times as many, since it is
    /// harder to know.
    pub fn over(memory: u32) -> Self {
        Self {
            gain: Gain::over(memory),
            count: 0,
            level: 0.0,
            spread: BoundedMean::over(spread_memory(memory)),
        }
    }

    /// Values after which what came before no longer matters.
    pub const fn warm_up(memory: u32) -> u32 {
        BoundedMean::warm_up(spread_memory(memory))
    }

    /// How many values were learned.
    pub const fn count(&self) -> u32 {
        self.count
    }

    /// Distance of `x` from the level before it, then learns `x`. NaN for the first 30.
    pub fn push(&mut self, x: f64) -> f64 {
        if !x.is_finite() {
            return f64::NAN;
        }
        let deviation = x - self.level;
        let known = self.count >= MINIMUM;
        let furthest = HUBER * self.spread.mean();
        let pull = if self.count >= UNBOUNDED && self.spread.count() >= UNBOUNDED {
            deviation.clamp(-furthest, furthest)
        } else {
            deviation
        };
        if self.count > 0 {
            self.spread.push(deviation.abs());
        }
        self.count = self.count.saturating_add(1);
        self.level += pull * self.gain.at(self.count);
        if known { deviation } else { f64::NAN }
    }
}

const fn spread_memory(memory: u32) -> u32 {
    memory * 5 / 2
}

#[cfg(test)]
mod tests {
    use super::HuberLevel;

    /// A series around 5 that swings by 1.
    fn swing(index: u32) -> f64 {
        5.0 + [1.0, -0.5, 0.25, -1.0, 0.25][index as usize % 5]
    }

    #[test]
    fn a_burst_leaves_the_level_nearly_where_it_was() {
        let mut level = HuberLevel::over(20);
        (0..200).for_each(|index| {
            level.push(swing(index));
        });
        assert!(level.push(50.0) > 40.0);
        (0..4).for_each(|_| {
            level.push(50.0);
        });
        assert!(level.push(5.0).abs() < 1.0, "five wild values moved the level by less than a usual swing");
    }

    #[test]
    fn a_lasting_change_of_level_is_followed() {
        let mut level = HuberLevel::over(20);
        (0..200).for_each(|index| {
            level.push(swing(index));
        });
        (0..300).for_each(|index| {
            level.push(swing(index) + 10.0);
        });
        assert!(level.push(15.0).abs() < 1.0);
    }

    #[test]
    fn answers_from_the_thirtieth_value_and_skips_what_is_missing() {
        let mut level = HuberLevel::over(20);
        assert!((0..30).all(|index| level.push(swing(index)).is_nan()));
        assert!(level.push(f64::NAN).is_nan());
        assert!(level.push(5.0).is_finite());
    }

    #[test]
    fn a_series_that_never_moved_still_learns_to_move() {
        let mut level = HuberLevel::over(20);
        (0..100).for_each(|_| {
            level.push(5.0);
        });
        (0..400).for_each(|index| {
            level.push(swing(index) + 3.0);
        });
        assert!(level.push(8.0).abs() < 1.0);
    }
}

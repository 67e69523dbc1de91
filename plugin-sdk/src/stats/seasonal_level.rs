//! How far a busy-or-quiet quantity is from what it usually is at this time of day.

use super::{BoundedMean, HuberLevel, Profile, Spacing};
use crate::{
    math::ln,
    types::{Bar, WarmUp},
};

/// Values behind the level: what is usual this half hour or so.
const LEVEL: u32 = 20;

/// Values behind the yardstick.
const YARDSTICK: u32 = 250;

/// Values before anything is judged: 30 for the level, 60 for how far values are from it.
const MINIMUM: u32 = 90;

/// Microseconds after a break in which bars are learned but not judged, five minutes: the opening has its own
/// ways, different every day, and yesterday's close is no measure for it.
const OPENING: i64 = 5 * 60 * 1_000_000;

/// The least standard deviation to judge by, 0.2: a quantity that hardly ever changes (a spread of one tick) is
/// still not known better than to a fifth.
const RESOLUTION: f64 = 0.2;

/// How far a value was from the usual.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Excess {
    /// Logarithm of the value over the usual one: 0.7 is twice as much.
    pub logarithm: f64,
    /// The same in robust standard deviations.
    pub robust_z: f64,
}

/// Judges a positive quantity (volume, spread) by its logarithm against the level of the last twenty values, each
/// freed of its time of day, in units of how far it usually is from there.
///
/// - Units: those of the quantity in, natural logarithms out.
/// - Warm-up: [`SeasonalLevel::WARM_UP`]; `robust_z` is known from the 91st value on, and not in the first five
///   minutes after a break.
/// - NaN: a value that is not positive or not finite is skipped; its excess is NaN.
/// - Cost: O(1).
/// - Source: [`Profile`], [`HuberLevel`] and [`BoundedMean`] name theirs.
#[derive(Clone, Debug)]
pub struct SeasonalLevel {
    spacing: Spacing,
    opened_at: i64,
    profile: Profile,
    level: HuberLevel,
    usual: BoundedMean,
}

impl SeasonalLevel {
    /// What determines the judgement.
    pub const WARM_UP: WarmUp = Profile::warm_up(BoundedMean::warm_up(YARDSTICK));

    /// Without history.
    pub fn new() -> Self {
        Self {
            spacing: Spacing::default(),
            opened_at: 0,
            profile: Profile::new(),
            level: HuberLevel::over(LEVEL),
            usual: BoundedMean::over(YARDSTICK),
        }
    }

    /// Judges the quantity's value in a bar, then learns it. The part `explained` of the logarithmic excess has a
    /// known cause.
    pub fn push(&mut self, bar: &Bar, value: f64, explained: f64) -> Excess {
        if self.spacing.push(bar.at).is_none() {
            self.opened_at = bar.at;
        }
        let known = self.level.count() >= MINIMUM && bar.at - self.opened_at >= OPENING;
        let season = self.profile.push(bar.session, bar.minute, value).offset;
        let excess = self.level.push(ln(value) - season) - explained;
        let sigma = (self.usual.sigma() * self.usual.sigma() + RESOLUTION * RESOLUTION).sqrt();
        self.usual.push(excess.abs());
        Excess { logarithm: excess, robust_z: if known { excess / sigma } else { f64::NAN } }
    }
}

impl Default for SeasonalLevel {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::{Excess, SeasonalLevel};
    use crate::{math::exp, testing};

    /// What is found in a series of logarithms, one a minute.
    fn judged(logarithms: impl Fn(usize) -> f64, count: usize) -> Vec<Excess> {
        let mut level = SeasonalLevel::new();
        let bars = testing::minutes(count, |_, _| ());
        bars.iter().enumerate().map(|(index, bar)| level.push(bar, exp(logarithms(index)), 0.0)).collect()
    }

    /// Swings by 0.5 around 3.
    fn swing(index: usize) -> f64 {
        3.0 + [0.5, -0.25, 0.125, -0.5, 0.125][index % 5]
    }

    #[test]
    fn ten_times_the_usual_is_far_out() {
        let last = judged(|index| if index == 900 { 3.0 + 2.3 } else { swing(index) }, 901)[900];
        assert!((last.logarithm - 2.3).abs() < 0.3 && last.robust_z > 4.0, "{last:?}");
    }

    #[test]
    fn what_is_explained_is_not_far_out() {
        let mut level = SeasonalLevel::new();
        let bars = testing::minutes(901, |_, _| ());
        for (index, bar) in bars[..900].iter().enumerate() {
            level.push(bar, exp(swing(index)), 0.0);
        }
        assert!(level.push(&bars[900], exp(3.0 + 2.3), 2.0).robust_z < 1.5);
    }

    #[test]
    fn the_opening_is_not_judged() {
        let judged = judged(swing, 390 * 3);
        assert!(judged[780..785].iter().all(|excess| excess.robust_z.is_nan()));
        assert!(judged[785].robust_z.is_finite());
    }

    #[test]
    fn a_constant_is_judged_by_its_resolution() {
        let last = judged(|index| if index == 500 { 1.69 } else { 1.0 }, 501)[500];
        assert!((3.0..3.6).contains(&last.robust_z), "{last:?}");
    }

    #[test]
    fn a_missing_value_changes_nothing() {
        let hole = judged(|index| if index == 600 { f64::NAN } else { swing(index) }, 700);
        assert!(hole[600].robust_z.is_nan());
        assert!(hole[601..].iter().all(|excess| excess.robust_z.abs() < 2.0));
    }
}

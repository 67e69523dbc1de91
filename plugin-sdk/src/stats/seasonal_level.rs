//! How far a busy-or-quiet quantity is from what it usually is at this time of day.

use super::{BoundedMean, HuberLevel, Profile};
use crate::types::WarmUp;

/// Sessions behind the time-of-day profile.
const SESSIONS: u32 = 10;

/// Values behind the level: what is usual this half hour or so.
const LEVEL: u32 = 20;

/// Values behind the yardstick.
const YARDSTICK: u32 = 250;

/// Values before anything is judged: 30 for the level, 60 for how far values are from it.
const MINIMUM: u32 = 90;

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

/// Judges the logarithm of a positive quantity (volume, spread) against the level of the last twenty values,
/// each freed of its time of day, in units of how far it usually is from there.
///
/// - Units: natural logarithms.
/// - Warm-up: [`SeasonalLevel::WARM_UP`]; `robust_z` is known from the 91st value on.
/// - NaN: a value that is not finite is skipped; its excess is NaN.
/// - Cost: O(1).
/// - Source: [`Profile`], [`HuberLevel`] and [`BoundedMean`] name theirs.
#[derive(Clone, Debug)]
pub struct SeasonalLevel {
    profile: Profile,
    level: HuberLevel,
    usual: BoundedMean,
}

impl SeasonalLevel {
    /// What determines the judgement.
    pub const WARM_UP: WarmUp = Profile::warm_up(SESSIONS, BoundedMean::warm_up(YARDSTICK));

    /// Without history.
    pub fn new() -> Self {
        Self {
            profile: Profile::over(SESSIONS),
            level: HuberLevel::over(LEVEL),
            usual: BoundedMean::over(YARDSTICK),
        }
    }

    /// Judges a value, of whose excess the part `explained` has a known cause, then learns it.
    pub fn push(&mut self, session: u32, minute: u32, logarithm: f64, explained: f64) -> Excess {
        let season = self.profile.push(session, minute, logarithm);
        let known = self.level.count() >= MINIMUM;
        let excess = self.level.push(logarithm - season) - explained;
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
    use super::SeasonalLevel;

    /// A logarithm that swings by 0.5 around 3, two sessions of 390 minutes.
    fn learned() -> SeasonalLevel {
        let mut level = SeasonalLevel::new();
        for index in 0..780_u32 {
            let swing = [0.5, -0.25, 0.125, -0.5, 0.125][index as usize % 5];
            level.push(index / 390, index % 390, 3.0 + swing, 0.0);
        }
        level
    }

    #[test]
    fn ten_times_the_usual_is_far_out_unless_it_is_explained() {
        let excess = learned().push(2, 0, 3.0 + 2.3, 0.0);
        assert!((excess.logarithm - 2.3).abs() < 0.3 && excess.robust_z > 4.0, "{excess:?}");
        assert!(learned().push(2, 0, 3.0 + 2.3, 2.0).robust_z < 1.5);
    }

    #[test]
    fn a_constant_is_judged_by_its_resolution() {
        let mut level = SeasonalLevel::new();
        for minute in 0..300 {
            level.push(0, minute, 1.0, 0.0);
        }
        let twice = level.push(0, 300, 1.0 + 0.69, 0.0).robust_z;
        assert!((3.0..3.6).contains(&twice), "{twice}");
    }

    #[test]
    fn a_missing_value_changes_nothing() {
        let (mut level, mut other) = (learned(), learned());
        assert!(level.push(1, 389, f64::NAN, 0.0).robust_z.is_nan());
        assert_eq!(level.push(1, 389, 4.0, 0.0), other.push(1, 389, 4.0, 0.0));
    }
}

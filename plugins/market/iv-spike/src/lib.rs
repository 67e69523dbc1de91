//! Flags sudden rises of implied volatility.
//!
//! Judged is the rise over the median of the last three values (one bad quote in three is not believed),
//! relative to both, in units of a robust standard deviation of such rises. A drift over hours is not a
//! spike, nor is the way down after one, nor what changes while the market is closed.

use plugin_sdk::{
    prelude::*,
    stats::{BoundedMean, Episode, RollingMedian, Spacing},
};

const SPIKE: &str = "IV_SPIKE";

/// Values that say what was just before.
const RECENT: usize = 3;

/// Changes behind the yardstick.
const YARDSTICK: u32 = 250;

settings! {
    /// Settings of iv-spike.
    pub struct IvSpikeSettings {
        /// Robust standard deviations from which a rise is a spike. Within a session implied volatility moves
        /// like quote noise, with a tail no fatter than Student's t of eight degrees of freedom: 6 is exceeded
        /// upwards by one bar in 12,000.
        pub threshold: f64 [1.0, 1000.0] = 6.0,
    }
}

/// State of one symbol.
pub struct IvSpike {
    threshold: f64,
    spacing: Spacing,
    /// Values of this session.
    recent: RollingMedian,
    /// Relative distances from the recent median for one bar interval.
    usual: BoundedMean,
    episode: Episode,
}

impl MarketDetector for IvSpike {
    const NAME: &'static str = "iv-spike";
    const READS: &'static [Column] = &[Column::ImpliedVolatility];
    const EMITS: &'static [&'static str] = &[SPIKE];
    type Settings = IvSpikeSettings;

    fn warm_up(_: &IvSpikeSettings) -> WarmUp {
        WarmUp::rows(BoundedMean::warm_up(YARDSTICK))
    }

    fn new(settings: &IvSpikeSettings) -> Self {
        Self {
            threshold: settings.threshold,
            spacing: Spacing::default(),
            recent: RollingMedian::over(RECENT),
            usual: BoundedMean::over(YARDSTICK),
            episode: Episode::default(),
        }
    }

    fn on_bar(&mut self, bar: &Bar) -> Option<Finding> {
        if !(bar.implied_volatility > 0.0) {
            return None;
        }
        let intervals = self.spacing.push(bar.at);
        if intervals.is_none() {
            self.recent = RollingMedian::over(RECENT);
        }
        let before = if self.recent.len() < RECENT { f64::NAN } else { self.recent.median() };
        self.recent.push(bar.implied_volatility);
        let middle = bar.implied_volatility.midpoint(before);
        let rise = (bar.implied_volatility - before) / (middle * intervals?.sqrt());
        let robust_z = rise / self.usual.settled_sigma();
        self.usual.push(rise.abs());
        if !self.episode.push(robust_z, self.threshold) {
            return None;
        }
        let (percent, usual) = (100.0 * bar.implied_volatility, 100.0 * before);
        Some(
            Finding::new(SPIKE, Score::from_excess(robust_z, self.threshold))
                .observed(percent)
                .expected(usual)
                .message(format!(
                    "Implied volatility {percent:.2} %, just before {usual:.2} %: a rise {robust_z:.1} times the usual"
                ))
                .evidence("implied_volatility_percent", percent)
                .evidence("just_before_percent", usual)
                .evidence("robust_z", robust_z),
        )
    }
}

plugin_sdk::export!(market IvSpike);

#[cfg(test)]
mod tests;

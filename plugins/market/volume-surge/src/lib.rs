//! Flags bars that trade far more than this symbol usually does at this time of day.
//!
//! Volume follows volatility: both are driven by the flow of information (Clark 1973; Tauchen and Pitts
//! 1983; Karpoff 1987). A bar whose range is k times what was expected may therefore trade k times as much; a
//! surge is what the price does not explain.

use plugin_sdk::{
    prelude::*,
    stats::{Episode, SeasonalLevel, Volatility},
};

const SURGE: &str = "VOLUME_SURGE";

/// Standard deviations of the sum of two bars in a row: √(2 (1 + 0.3)), neighbours being correlated by about 0.3
/// around their common level.
const PAIR: f64 = 1.6;

settings! {
    /// Settings of volume-surge.
    pub struct VolumeSurgeSettings {
        /// Robust standard deviations of the logarithm of volume from which a bar, or two bars in a row, are a
        /// surge. Log volume is close to normal (Andersen 1996), where one bar in 2,000 is beyond 3.3.
        pub threshold: f64 [1.0, 1000.0] = 3.3,
    }
}

/// State of one symbol.
pub struct VolumeSurge {
    threshold: f64,
    volatility: Volatility,
    level: SeasonalLevel,
    /// Robust z of the bar before, 0 while there is none.
    before: f64,
    episode: Episode,
}

impl MarketDetector for VolumeSurge {
    const NAME: &'static str = "volume-surge";
    const READS: &'static [Column] = &[Column::Volume];
    const ALSO_READS: &'static [Column] = &[Column::High, Column::Low, Column::Close];
    const EMITS: &'static [&'static str] = &[SURGE];
    type Settings = VolumeSurgeSettings;

    fn warm_up(_: &VolumeSurgeSettings) -> WarmUp {
        SeasonalLevel::WARM_UP
    }

    fn new(settings: &VolumeSurgeSettings) -> Self {
        Self {
            threshold: settings.threshold,
            volatility: Volatility::new(),
            level: SeasonalLevel::new(),
            before: 0.0,
            episode: Episode::default(),
        }
    }

    fn on_bar(&mut self, bar: &Bar) -> Option<Finding> {
        let explained = self.explained_by_price(bar);
        let excess = self.level.push(bar, bar.volume, explained);
        let robust_z = self.with_the_bar_before(excess.robust_z);
        if !self.episode.push(robust_z, self.threshold) {
            return None;
        }
        let (times, by_price) = (math::exp(excess.logarithm), math::exp(explained));
        Some(
            Finding::new(SURGE, Score::from_excess(robust_z, self.threshold))
                .observed(bar.volume)
                .expected(bar.volume / times)
                .message(format!("{times:.1} times the volume usual for the time of day and the price move"))
                .evidence("times_expected", times)
                .evidence("robust_z", robust_z)
                .evidence("times_explained_by_price", by_price),
        )
    }
}

impl VolumeSurge {
    /// The robust z of the bar or, if that is larger, of it and the bar before together: two bars that are both
    /// high are as good as one that is very high. The bar before counts up to the threshold.
    fn with_the_bar_before(&mut self, robust_z: f64) -> f64 {
        if robust_z.is_nan() {
            return robust_z;
        }
        let before = std::mem::replace(&mut self.before, robust_z);
        robust_z.max((robust_z + before.min(self.threshold)) / PAIR)
    }

    /// Logarithm of how many times the usual volume the price move accounts for; 0 where prices are missing.
    fn explained_by_price(&mut self, bar: &Bar) -> f64 {
        if bar.close.is_nan() {
            return 0.0;
        }
        let step = self.volatility.push(bar);
        if step.range > step.expected { math::ln(step.range / step.expected) } else { 0.0 }
    }
}

plugin_sdk::export!(market VolumeSurge);

#[cfg(test)]
mod tests;

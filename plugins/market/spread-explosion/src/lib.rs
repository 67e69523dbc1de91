//! Flags bid-ask spreads far wider than this symbol usually has at this time of day.
//!
//! Judged is the logarithm of the relative spread, (ask - bid) / mid. Spreads have a time of day of their
//! own, wide at the open and the close (Brock and Kleidon 1992); the first five minutes of a session are not judged.

use plugin_sdk::{
    prelude::*,
    stats::{Episode, SeasonalLevel},
};

const EXPLOSION: &str = "SPREAD_EXPLOSION";

settings! {
    /// Settings of spread-explosion.
    pub struct SpreadExplosionSettings {
        /// Robust standard deviations of the logarithm of the relative spread from which it explodes. Log
        /// spreads are close to normal: 4 is beyond chance (one bar in 30,000), and, the least deviation being
        /// 0.2, never less than 2.2 times the usual spread.
        pub threshold: f64 [1.0, 1000.0] = 4.0,
    }
}

/// State of one symbol.
pub struct SpreadExplosion {
    threshold: f64,
    level: SeasonalLevel,
    episode: Episode,
}

impl MarketDetector for SpreadExplosion {
    const NAME: &'static str = "spread-explosion";
    const READS: &'static [Column] = &[Column::Bid, Column::Ask];
    const EMITS: &'static [&'static str] = &[EXPLOSION];
    type Settings = SpreadExplosionSettings;

    fn warm_up(_: &SpreadExplosionSettings) -> WarmUp {
        SeasonalLevel::WARM_UP
    }

    fn new(settings: &SpreadExplosionSettings) -> Self {
        Self { threshold: settings.threshold, level: SeasonalLevel::new(), episode: Episode::default() }
    }

    fn on_bar(&mut self, bar: &Bar) -> Option<Finding> {
        let relative = 2.0 * (bar.ask - bar.bid) / (bar.ask + bar.bid);
        let excess = self.level.push(bar, relative, 0.0);
        if !self.episode.push(excess.robust_z, self.threshold) {
            return None;
        }
        let (times, basis_points) = (math::exp(excess.logarithm), 10_000.0 * relative);
        Some(
            Finding::new(EXPLOSION, Score::from_excess(excess.robust_z, self.threshold))
                .observed(basis_points)
                .expected(basis_points / times)
                .message(format!(
                    "Spread of {basis_points:.2} basis points, {times:.1} times the usual for the time of day"
                ))
                .evidence("spread_basis_points", basis_points)
                .evidence("times_expected", times)
                .evidence("robust_z", excess.robust_z),
        )
    }
}

plugin_sdk::export!(market SpreadExplosion);

#[cfg(test)]
mod tests;

//! Flags bars whose true range is far beyond what this symbol usually makes at this time of day.
//!
//! The logarithm of a range is close to normal (Alizadeh, Brandt and Diebold 2002), so ranges are judged there,
//! in robust standard deviations from their recent level.

use plugin_sdk::{
    prelude::*,
    stats::{Episode, SeasonalLevel},
};

const EXPANSION: &str = "RANGE_EXPANSION";

settings! {
    /// Settings of range-expansion.
    pub struct RangeExpansionSettings {
        /// Robust standard deviations of the logarithm of the true range from which a bar stands out: one
        /// normal value in 1,400 is beyond 3.2.
        pub threshold: f64 [1.0, 100.0] = 3.2,
    }
}

/// State of one symbol.
pub struct RangeExpansion {
    threshold: f64,
    session: u32,
    close: f64,
    level: SeasonalLevel,
    episode: Episode,
}

impl MarketDetector for RangeExpansion {
    const NAME: &'static str = "range-expansion";
    const READS: &'static [Column] = &[Column::High, Column::Low, Column::Close];
    const EMITS: &'static [&'static str] = &[EXPANSION];
    type Settings = RangeExpansionSettings;

    fn warm_up(_: &RangeExpansionSettings) -> WarmUp {
        SeasonalLevel::WARM_UP
    }

    fn new(settings: &RangeExpansionSettings) -> Self {
        Self {
            threshold: settings.threshold,
            session: 0,
            close: f64::NAN,
            level: SeasonalLevel::new(),
            episode: Episode::default(),
        }
    }

    fn on_bar(&mut self, bar: &Bar) -> Option<Finding> {
        let range = self.true_range(bar);
        let excess = self.level.push(bar, range, 0.0);
        if !self.episode.push(excess.robust_z, self.threshold) {
            return None;
        }
        let times = math::exp(excess.logarithm);
        Some(
            Finding::new(EXPANSION, Score::from_excess(excess.robust_z, self.threshold))
                .observed(100.0 * range)
                .expected(100.0 * range / times)
                .message(format!("A range of {:.2} %, {times:.1} times the usual", 100.0 * range))
                .evidence("times_usual", times)
                .evidence("robust_z", excess.robust_z),
        )
    }
}

impl RangeExpansion {
    /// From the lowest to the highest price since the close before, as a share of the close. What happened over
    /// night is no part of a session's first bar.
    fn true_range(&mut self, bar: &Bar) -> f64 {
        let before = if bar.session == self.session { self.close } else { f64::NAN };
        (self.session, self.close) = (bar.session, bar.close);
        // `max` and `min` pass over NaN.
        (bar.high.max(before) - bar.low.min(before)) / bar.close
    }
}

plugin_sdk::export!(market RangeExpansion);

#[cfg(test)]
mod tests {
    use plugin_sdk::testing;

    use super::*;

    const NOTHING: [u32; 0] = [];

    /// Two sessions of bars with ranges of 0.08 % to 0.12 %.
    fn market() -> Vec<Bar> {
        testing::minutes(2 * 390, |index, bar| {
            let half = [0.05, 0.04, 0.06, 0.045, 0.055][index % 5];
            (bar.close, bar.high, bar.low) = (100.0, 100.0 + half, 100.0 - half);
        })
    }

    fn found(bars: &[Bar]) -> Vec<u32> {
        testing::findings_in_bars::<RangeExpansion>("", bars).iter().map(|found| found.row).collect()
    }

    #[test]
    fn an_ordinary_market_is_quiet() {
        assert_eq!(found(&market()), NOTHING);
    }

    #[test]
    fn a_wide_bar_is_found_and_measured() {
        let mut bars = market();
        (bars[600].high, bars[600].low) = (100.4, 99.7);
        let findings = testing::findings_in_bars::<RangeExpansion>("", &bars);
        let finding = &findings[0].finding;
        assert_eq!((findings.len(), findings[0].row, finding.kind), (1, 600, "RANGE_EXPANSION"));
        assert!((finding.observed - 0.7).abs() < 0.01 && (0.08..0.12).contains(&finding.expected));
        assert!(finding.score.value() > 0.95);
    }

    #[test]
    fn a_gap_over_night_is_no_range_but_a_gap_by_day_is() {
        let mut state = RangeExpansion::new(&RangeExpansionSettings::default());
        let mut bars = market();
        for index in [390, 500] {
            for bar in &mut bars[index..] {
                (bar.close, bar.high, bar.low) = (1.01 * bar.close, 1.01 * bar.high, 1.01 * bar.low);
            }
        }
        let ranges: Vec<f64> = bars.iter().map(|bar| state.true_range(bar)).collect();
        assert!(ranges[390] < 0.0013 && ranges[500] > 0.0095, "{} {}", ranges[390], ranges[500]);
    }

    #[test]
    fn bars_without_a_low_are_passed_over() {
        let mut bars = market();
        (bars[600].high, bars[600].low) = (100.4, f64::NAN);
        assert_eq!(found(&bars), NOTHING);
    }

    #[test]
    fn a_higher_threshold_finds_less() {
        let mut bars = market();
        (bars[600].high, bars[600].low) = (100.13, 99.87);
        let with = |settings| testing::findings_in_bars::<RangeExpansion>(settings, &bars).len();
        assert_eq!((with(""), with(r#"{"threshold": 6}"#)), (1, 0));
    }
}

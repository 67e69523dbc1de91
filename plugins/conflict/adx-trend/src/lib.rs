//! Buys or sells with the directional movement while the average directional index says there is a trend.

use plugin_sdk::{
    indicators::{Adx, lean},
    prelude::*,
};

settings! {
    /// Settings of adx-trend.
    pub struct AdxTrendSettings {
        /// Bars of the index; 14 is usual.
        pub period: usize [2, 1000] = 14,
        /// Index from which a market trends; 25 is usual.
        pub trending: f64 [1.0, 99.0] = 25.0,
    }
}

/// State of one symbol.
pub struct AdxTrend {
    movement: Adx,
    trending: f64,
}

impl Algorithm for AdxTrend {
    const NAME: &'static str = "adx-trend";
    const READS: &'static [Column] = &[Column::High, Column::Low, Column::Close];
    type Settings = AdxTrendSettings;

    fn warm_up(settings: &AdxTrendSettings) -> WarmUp {
        WarmUp::rows(Adx::memory(settings.period) as u32)
    }

    fn new(settings: &AdxTrendSettings) -> Self {
        Self { movement: Adx::new(settings.period), trending: settings.trending }
    }

    fn on_bar(&mut self, bar: &Bar) -> Option<Signal> {
        let movement = self.movement.push(bar.high, bar.low, bar.close)?;
        Some(lean(movement.index?.copysign(movement.plus - movement.minus), self.trending))
    }
}

plugin_sdk::export!(algorithm AdxTrend);

#[cfg(test)]
mod tests {
    use plugin_sdk::testing;

    use super::*;

    /// Signals of 60 bars that move by `step` each, up and down by `noise` in turn.
    fn trend(step: f64, noise: f64) -> Vec<Option<Signal>> {
        let bars = testing::minutes(60, |minute, bar| {
            bar.close = 100.0 + step * minute as f64 + noise * (minute % 2) as f64;
            (bar.high, bar.low) = (bar.close + 0.1, bar.close - 0.1);
        });
        testing::signals_at_bars::<AdxTrend>("", &bars)
    }

    #[test]
    fn follows_a_trend_either_way_and_holds_without_one() {
        assert_eq!(trend(0.5, 0.1)[59].unwrap().vote, Vote::Buy);
        assert_eq!(trend(-0.5, 0.1)[59].unwrap().vote, Vote::Sell);
        assert_eq!(trend(0.0, 1.0)[59].unwrap().vote, Vote::Hold);
    }

    #[test]
    fn is_silent_while_warming_up_and_without_highs() {
        assert!(trend(0.5, 0.1)[..27].iter().all(Option::is_none));
        let blank = testing::minutes(60, |_, bar| (bar.close, bar.low) = (100.0, 99.0));
        assert!(testing::signals_at_bars::<AdxTrend>("", &blank).iter().all(Option::is_none));
    }
}

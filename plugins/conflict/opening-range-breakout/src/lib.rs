//! Buys above the range of the session's first minutes, sells below it.

use plugin_sdk::{
    indicators::{OpeningRange, lean},
    prelude::*,
};

settings! {
    /// Settings of opening-range-breakout.
    pub struct OpeningRangeBreakoutSettings {
        /// Minutes that make the opening; 15 is usual.
        pub opening: u32 [1, 240] = 15,
    }
}

/// State of one symbol.
pub struct OpeningRangeBreakout {
    range: OpeningRange,
    opening: u32,
}

impl Algorithm for OpeningRangeBreakout {
    const NAME: &'static str = "opening-range-breakout";
    const READS: &'static [Column] = &[Column::High, Column::Low, Column::Close];
    type Settings = OpeningRangeBreakoutSettings;

    fn warm_up(_: &OpeningRangeBreakoutSettings) -> WarmUp {
        WarmUp::sessions(1)
    }

    fn new(settings: &OpeningRangeBreakoutSettings) -> Self {
        Self { range: OpeningRange::new(settings.opening), opening: settings.opening }
    }

    /// Prices stray from the opening with the square root of time, so the range is widened by as much.
    fn on_bar(&mut self, bar: &Bar) -> Option<Signal> {
        let range = self.range.push(bar.session, bar.minute, bar.high, bar.low)?;
        let strayed = (f64::from(bar.minute) / f64::from(self.opening)).sqrt();
        Some(lean(bar.close - range.middle(), range.half_width() * strayed))
    }
}

plugin_sdk::export!(algorithm OpeningRangeBreakout);

#[cfg(test)]
mod tests {
    use plugin_sdk::testing;

    use super::*;

    /// Signals of 15 bars between 99 and 101, and 15 that close at `close`.
    fn then(close: f64) -> Vec<Option<Signal>> {
        let bars = testing::minutes(30, |minute, bar| {
            bar.close = if minute >= 15 { close } else { 100.0 };
            (bar.high, bar.low) = (bar.close + 1.0, bar.close - 1.0);
        });
        testing::signals_at_bars::<OpeningRangeBreakout>("", &bars)
    }

    #[test]
    fn follows_a_breakout_on_either_side() {
        assert_eq!(then(101.5)[15].unwrap().vote, Vote::Buy);
        assert_eq!(then(98.5)[15].unwrap().vote, Vote::Sell);
        assert_eq!(then(100.5)[15].unwrap().vote, Vote::Hold);
    }

    #[test]
    fn a_breakout_grows_stale() {
        let signals = then(101.2);
        assert_eq!((signals[15].unwrap().vote, signals[29].unwrap().vote), (Vote::Buy, Vote::Hold));
    }

    #[test]
    fn is_silent_during_the_opening_and_without_highs() {
        assert!(then(101.5)[..15].iter().all(Option::is_none));
        let blank = testing::minutes(30, |_, bar| (bar.close, bar.low) = (100.0, 99.0));
        assert!(testing::signals_at_bars::<OpeningRangeBreakout>("", &blank).iter().all(Option::is_none));
    }
}

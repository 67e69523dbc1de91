//! Buys a close above the highest high of the bars before, sells one below their lowest low.

use plugin_sdk::{
    indicators::{Donchian, MISSING, lean},
    prelude::*,
};

settings! {
    /// Settings of donchian-breakout.
    pub struct DonchianBreakoutSettings {
        /// Bars of the channel; 20 is usual.
        pub period: usize [2, 1000] = 20,
    }
}

/// State of one symbol.
pub struct DonchianBreakout {
    channel: Donchian,
}

impl Algorithm for DonchianBreakout {
    const NAME: &'static str = "donchian-breakout";
    const READS: &'static [Column] = &[Column::High, Column::Low, Column::Close];
    type Settings = DonchianBreakoutSettings;

    fn warm_up(settings: &DonchianBreakoutSettings) -> WarmUp {
        WarmUp::rows((settings.period + 1 + MISSING) as u32)
    }

    fn new(settings: &DonchianBreakoutSettings) -> Self {
        Self { channel: Donchian::new(settings.period) }
    }

    fn on_bar(&mut self, bar: &Bar) -> Option<Signal> {
        let before = self.channel.channel();
        self.channel.push(bar.high, bar.low);
        before.map(|channel| lean(bar.close - channel.middle(), channel.half_width()))
    }
}

plugin_sdk::export!(algorithm DonchianBreakout);

#[cfg(test)]
mod tests {
    use plugin_sdk::testing;

    use super::*;

    /// Signals of 20 bars between 99 and 101, and one that closes at `close`.
    fn then(close: f64) -> Vec<Option<Signal>> {
        let bars = testing::minutes(21, |minute, bar| {
            bar.close = if minute == 20 { close } else { 100.0 };
            (bar.high, bar.low) = (bar.close + 1.0, bar.close - 1.0);
        });
        testing::signals_at_bars::<DonchianBreakout>("", &bars)
    }

    #[test]
    fn follows_a_breakout_on_either_side() {
        assert_eq!(then(101.5)[20].unwrap().vote, Vote::Buy);
        assert_eq!(then(98.5)[20].unwrap().vote, Vote::Sell);
        assert_eq!(then(101.0)[20].unwrap().vote, Vote::Hold);
    }

    #[test]
    fn is_silent_while_warming_up_and_without_lows() {
        assert!(then(101.5)[..20].iter().all(Option::is_none));
        let blank = testing::minutes(30, |_, bar| (bar.close, bar.high) = (100.0, 101.0));
        assert!(testing::signals_at_bars::<DonchianBreakout>("", &blank).iter().all(Option::is_none));
    }
}

//! Buys when the relative strength index is oversold, sells when it is overbought.

use plugin_sdk::{
    indicators::{Rsi, lean},
    prelude::*,
};

settings! {
    /// Settings of rsi-reversal.
    pub struct RsiReversalSettings {
        /// Bars of the index; 14 is usual.
        pub period: usize [2, 1000] = 14,
        /// Distance from 50 that is overbought or oversold; 20 is usual (70 and 30).
        pub neutral: f64 [1.0, 49.0] = 20.0,
    }
}

/// State of one symbol.
pub struct RsiReversal {
    index: Rsi,
    neutral: f64,
}

impl Algorithm for RsiReversal {
    const NAME: &'static str = "rsi-reversal";
    const READS: &'static [Column] = &[Column::Close];
    type Settings = RsiReversalSettings;

    fn warm_up(settings: &RsiReversalSettings) -> WarmUp {
        WarmUp::rows(Rsi::memory(settings.period) as u32)
    }

    fn new(settings: &RsiReversalSettings) -> Self {
        Self { index: Rsi::new(settings.period), neutral: settings.neutral }
    }

    fn on_bar(&mut self, bar: &Bar) -> Option<Signal> {
        let index = self.index.push(bar.close)?;
        Some(lean(50.0 - index, self.neutral))
    }
}

plugin_sdk::export!(algorithm RsiReversal);

#[cfg(test)]
mod tests {
    use plugin_sdk::testing;

    use super::*;

    /// The last signal after 30 bars that move by `up` and `down` in turn.
    fn after(up: f64, down: f64) -> Option<Signal> {
        let bars = testing::minutes(30, |minute, bar| {
            bar.close = 100.0 + up * minute.div_ceil(2) as f64 - down * (minute / 2) as f64;
        });
        testing::signals_at_bars::<RsiReversal>("", &bars)[29]
    }

    #[test]
    fn sells_what_rose_too_far_and_buys_what_fell_too_far() {
        assert_eq!(after(1.0, 0.1).unwrap().vote, Vote::Sell);
        assert_eq!(after(0.1, 1.0).unwrap().vote, Vote::Buy);
        assert_eq!(after(1.0, 1.0).unwrap().vote, Vote::Hold);
    }

    #[test]
    fn is_the_surer_the_farther_it_went() {
        assert!(after(1.0, 0.02).unwrap().confidence > after(1.0, 0.2).unwrap().confidence);
    }

    #[test]
    fn is_silent_while_warming_up_and_without_closes() {
        let bars = testing::minutes(14, |minute, bar| bar.close = 100.0 + minute as f64);
        assert!(testing::signals_at_bars::<RsiReversal>("", &bars).iter().all(Option::is_none));
        let blank = testing::minutes(30, |_, bar| bar.volume = 100.0);
        assert!(testing::signals_at_bars::<RsiReversal>("", &blank).iter().all(Option::is_none));
    }
}

//! Buys while the MACD line is clearly above its signal line, sells while it is below.

use plugin_sdk::{
    indicators::{Macd as Oscillator, Usual, lean},
    prelude::*,
};

settings! {
    /// Settings of macd.
    pub struct MacdSettings {
        /// Bars of the fast average; 12 is usual.
        pub fast: usize [1, 20] = 12,
        /// Bars of the slow average; 26 is usual.
        pub slow: usize [21, 1000] = 26,
        /// Bars of the signal line; 9 is usual.
        pub signal: usize [1, 500] = 9,
        /// Bars over which the usual histogram is taken: two hours of minutes.
        pub memory: usize [10, 10_000] = 120,
        /// Histogram that is still undecided, in usual histograms.
        pub neutral: f64 [0.01, 20.0] = 1.0,
    }
}

/// State of one symbol.
pub struct Macd {
    oscillator: Oscillator,
    histogram: Usual,
    neutral: f64,
}

impl Algorithm for Macd {
    const NAME: &'static str = "macd";
    const READS: &'static [Column] = &[Column::Close];
    type Settings = MacdSettings;

    fn warm_up(settings: &MacdSettings) -> WarmUp {
        WarmUp::rows((Oscillator::memory(settings.slow, settings.signal) + settings.memory) as u32)
    }

    fn new(settings: &MacdSettings) -> Self {
        Self {
            oscillator: Oscillator::new(settings.fast, settings.slow, settings.signal),
            histogram: Usual::new(settings.memory),
            neutral: settings.neutral,
        }
    }

    fn on_bar(&mut self, bar: &Bar) -> Option<Signal> {
        let histogram = self.oscillator.push(bar.close)?.histogram();
        Some(lean(self.histogram.push(histogram)?, self.neutral))
    }
}

plugin_sdk::export!(algorithm Macd);

#[cfg(test)]
mod tests {
    use plugin_sdk::testing;

    use super::*;

    /// The last signal after 200 quiet bars and 10 that move by `step` each.
    fn after_a_start(step: f64) -> Option<Signal> {
        let bars = testing::minutes(210, |minute, bar| {
            let trend = step * minute.saturating_sub(200) as f64;
            bar.close = 100.0 + 0.1 * (minute % 3) as f64 + trend;
        });
        testing::signals_at_bars::<Macd>("", &bars)[209]
    }

    #[test]
    fn buys_a_rise_that_begins_and_sells_a_fall() {
        assert_eq!(after_a_start(0.5).unwrap().vote, Vote::Buy);
        assert_eq!(after_a_start(-0.5).unwrap().vote, Vote::Sell);
    }

    #[test]
    fn is_silent_while_warming_up_and_without_closes() {
        let bars = testing::minutes(152, |minute, bar| bar.close = 100.0 + (minute % 3) as f64);
        assert!(testing::signals_at_bars::<Macd>("", &bars).iter().all(Option::is_none));
        let blank = testing::minutes(300, |_, bar| bar.volume = 100.0);
        assert!(testing::signals_at_bars::<Macd>("", &blank).iter().all(Option::is_none));
    }
}

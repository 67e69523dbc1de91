//! Buys while a fast exponential average of closes is clearly above a slow one, sells while it is below.

use plugin_sdk::{
    indicators::{Ema, Usual, lean},
    prelude::*,
};

settings! {
    /// Settings of ema-crossover.
    pub struct EmaCrossoverSettings {
        /// Bars of the fast average; 12 is usual.
        pub fast: usize [1, 20] = 12,
        /// Bars of the slow average; 26 is usual.
        pub slow: usize [21, 1000] = 26,
        /// Bars over which the usual gap between the two is taken: two hours of minutes.
        pub memory: usize [10, 10_000] = 120,
        /// Gap that is still undecided, in usual gaps.
        pub neutral: f64 [0.01, 20.0] = 1.0,
    }
}

/// State of one symbol.
pub struct EmaCrossover {
    fast: Ema,
    slow: Ema,
    gap: Usual,
    neutral: f64,
}

impl Algorithm for EmaCrossover {
    const NAME: &'static str = "ema-crossover";
    const READS: &'static [Column] = &[Column::Close];
    type Settings = EmaCrossoverSettings;

    fn warm_up(settings: &EmaCrossoverSettings) -> WarmUp {
        WarmUp::rows((Ema::memory(settings.slow) + settings.memory) as u32)
    }

    fn new(settings: &EmaCrossoverSettings) -> Self {
        Self {
            fast: Ema::new(settings.fast),
            slow: Ema::new(settings.slow),
            gap: Usual::new(settings.memory),
            neutral: settings.neutral,
        }
    }

    fn on_bar(&mut self, bar: &Bar) -> Option<Signal> {
        let (fast, slow) = (self.fast.push(bar.close), self.slow.push(bar.close));
        let gap = self.gap.push(fast? - slow?)?;
        Some(lean(gap, self.neutral))
    }
}

plugin_sdk::export!(algorithm EmaCrossover);

#[cfg(test)]
mod tests {
    use plugin_sdk::testing;

    use super::*;

    /// The last signal after 200 quiet bars and 40 that move by `step` each.
    fn after_a_trend(step: f64) -> Option<Signal> {
        let bars = testing::minutes(240, |minute, bar| {
            let trend = step * minute.saturating_sub(200) as f64;
            bar.close = 100.0 + 0.1 * (minute % 3) as f64 + trend;
        });
        testing::signals_at_bars::<EmaCrossover>("", &bars)[239]
    }

    #[test]
    fn buys_a_rise_and_sells_a_fall() {
        assert_eq!(after_a_trend(0.5).unwrap().vote, Vote::Buy);
        assert_eq!(after_a_trend(-0.5).unwrap().vote, Vote::Sell);
    }

    #[test]
    fn is_silent_while_warming_up_and_without_closes() {
        let bars = testing::minutes(144, |_, bar| bar.close = 100.0);
        assert!(testing::signals_at_bars::<EmaCrossover>("", &bars).iter().all(Option::is_none));
        let blank = testing::minutes(300, |_, bar| bar.volume = 100.0);
        assert!(testing::signals_at_bars::<EmaCrossover>("", &blank).iter().all(Option::is_none));
    }
}

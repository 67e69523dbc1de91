//! Buys when the slow stochastic turns up from an oversold extreme, sells when it turns down from an
//! overbought one.

use plugin_sdk::{
    indicators::{MISSING, Stochastic, lean},
    prelude::*,
};

settings! {
    /// Settings of stochastic-oscillator.
    pub struct StochasticOscillatorSettings {
        /// Bars of the range; 14 is usual.
        pub period: usize [2, 1000] = 14,
        /// Bars that smooth %K; 3 is usual.
        pub smooth_k: usize [1, 100] = 3,
        /// Bars that smooth %D; 3 is usual.
        pub smooth_d: usize [1, 100] = 3,
        /// Distance from 50 that is extreme; 30 is usual (80 and 20).
        pub neutral: f64 [1.0, 49.0] = 30.0,
    }
}

/// State of one symbol.
pub struct StochasticOscillator {
    oscillator: Stochastic,
    neutral: f64,
}

impl Algorithm for StochasticOscillator {
    const NAME: &'static str = "stochastic-oscillator";
    const READS: &'static [Column] = &[Column::High, Column::Low, Column::Close];
    type Settings = StochasticOscillatorSettings;

    fn warm_up(settings: &StochasticOscillatorSettings) -> WarmUp {
        WarmUp::rows((settings.period + settings.smooth_k + settings.smooth_d + MISSING) as u32)
    }

    fn new(settings: &StochasticOscillatorSettings) -> Self {
        Self {
            oscillator: Stochastic::new(settings.period, settings.smooth_k, settings.smooth_d),
            neutral: settings.neutral,
        }
    }

    fn on_bar(&mut self, bar: &Bar) -> Option<Signal> {
        let value = self.oscillator.push(bar.high, bar.low, bar.close)?;
        let signal = lean(50.0 - value.k, self.neutral);
        let turning = match signal.vote {
            Vote::Buy => value.k > value.d,
            Vote::Sell => value.k < value.d,
            Vote::Hold => true,
        };
        Some(if turning { signal } else { lean(0.0, self.neutral) })
    }
}

plugin_sdk::export!(algorithm StochasticOscillator);

#[cfg(test)]
mod tests {
    use plugin_sdk::testing;

    use super::*;

    /// Signals of 40 bars that move by `step` each and give back a little on the last one.
    fn with_a_turn(step: f64) -> Vec<Option<Signal>> {
        let bars = testing::minutes(40, |minute, bar| {
            let turn = if minute == 39 { 1.8 * step } else { 0.0 };
            bar.close = 100.0 + step * minute as f64 - turn;
            (bar.high, bar.low) = (bar.close + 0.1, bar.close - 0.1);
        });
        testing::signals_at_bars::<StochasticOscillator>("", &bars)
    }

    #[test]
    fn sells_the_turn_after_a_rise_and_buys_the_turn_after_a_fall() {
        assert_eq!(with_a_turn(0.5)[39].unwrap().vote, Vote::Sell);
        assert_eq!(with_a_turn(-0.5)[39].unwrap().vote, Vote::Buy);
    }

    #[test]
    fn waits_while_the_move_goes_on() {
        assert_eq!(with_a_turn(0.5)[38].unwrap().vote, Vote::Hold);
    }

    #[test]
    fn is_silent_while_warming_up_and_without_lows() {
        assert!(with_a_turn(0.5)[..17].iter().all(Option::is_none));
        let blank = testing::minutes(40, |_, bar| (bar.close, bar.high) = (100.0, 101.0));
        assert!(testing::signals_at_bars::<StochasticOscillator>("", &blank).iter().all(Option::is_none));
    }
}

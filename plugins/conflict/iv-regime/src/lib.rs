//! Sells while implied volatility is unusually high for this symbol, buys while it is unusually low.

use plugin_sdk::{
    indicators::{IvRegime as Standing, MISSING, lean},
    prelude::*,
};

settings! {
    /// Settings of iv-regime.
    pub struct IvRegimeSettings {
        /// Bars that make "usual": two hours of minutes.
        pub period: usize [2, 1000] = 120,
        /// Distance from usual that makes a regime of its own, in standard deviations.
        pub width: f64 [0.1, 20.0] = 2.0,
    }
}

/// State of one symbol.
pub struct IvRegime {
    standing: Standing,
    width: f64,
}

impl Algorithm for IvRegime {
    const NAME: &'static str = "iv-regime";
    const READS: &'static [Column] = &[Column::ImpliedVolatility];
    type Settings = IvRegimeSettings;

    fn warm_up(settings: &IvRegimeSettings) -> WarmUp {
        WarmUp::rows((settings.period + MISSING) as u32)
    }

    fn new(settings: &IvRegimeSettings) -> Self {
        Self { standing: Standing::new(settings.period), width: settings.width }
    }

    fn on_bar(&mut self, bar: &Bar) -> Option<Signal> {
        let deviations = self.standing.push(bar.implied_volatility)?;
        Some(lean(-deviations, self.width))
    }
}

plugin_sdk::export!(algorithm IvRegime);

#[cfg(test)]
mod tests {
    use plugin_sdk::testing;

    use super::*;

    /// Signals of 150 bars around 20 % and a last one at `last`.
    fn then(last: f64) -> Vec<Option<Signal>> {
        let bars = testing::minutes(151, |minute, bar| {
            bar.implied_volatility = if minute == 150 { last } else { 0.20 + 0.001 * (minute % 5) as f64 };
        });
        testing::signals_at_bars::<IvRegime>("", &bars)
    }

    #[test]
    fn sells_stress_and_buys_calm() {
        assert_eq!(then(0.30)[150].unwrap().vote, Vote::Sell);
        assert_eq!(then(0.15)[150].unwrap().vote, Vote::Buy);
        assert_eq!(then(0.202)[150].unwrap().vote, Vote::Hold);
    }

    #[test]
    fn is_silent_while_warming_up_and_without_implied_volatility() {
        assert!(then(0.30)[..119].iter().all(Option::is_none));
        let blank = testing::minutes(151, |_, bar| bar.close = 100.0);
        assert!(testing::signals_at_bars::<IvRegime>("", &blank).iter().all(Option::is_none));
    }
}

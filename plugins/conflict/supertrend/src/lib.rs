//! Buys while the price is well above its supertrend line, sells while it is well below.

use plugin_sdk::{
    indicators::{Supertrend as Line, lean},
    prelude::*,
};

settings! {
    /// Settings of supertrend.
    pub struct SupertrendSettings {
        /// Bars of the average true range; 10 is usual.
        pub period: usize [2, 1000] = 10,
        /// Distance of the line when a trend begins, in average true ranges; 3 is usual.
        pub multiplier: f64 [0.1, 20.0] = 3.0,
    }
}

/// State of one symbol. The trend begins anew with each session, so that the state has an end.
pub struct Supertrend {
    line: Line,
    session: u32,
    neutral: f64,
}

impl Algorithm for Supertrend {
    const NAME: &'static str = "supertrend";
    const READS: &'static [Column] = &[Column::High, Column::Low, Column::Close];
    type Settings = SupertrendSettings;

    fn warm_up(settings: &SupertrendSettings) -> WarmUp {
        WarmUp { rows: Line::memory(settings.period) as u32, sessions: 1 }
    }

    fn new(settings: &SupertrendSettings) -> Self {
        Self {
            line: Line::new(settings.period, settings.multiplier),
            session: 0,
            neutral: settings.multiplier / 2.0, // nearer than half its distance, the line may well be crossed
        }
    }

    fn on_bar(&mut self, bar: &Bar) -> Option<Signal> {
        if bar.session != self.session {
            self.session = bar.session;
            self.line.restart();
        }
        let value = self.line.push(bar.high, bar.low, bar.close)?;
        Some(lean((bar.close - value.line) / value.range, self.neutral))
    }
}

plugin_sdk::export!(algorithm Supertrend);

#[cfg(test)]
mod tests {
    use plugin_sdk::testing;

    use super::*;

    /// Signals of 60 bars that move by `step` each.
    fn trend(step: f64) -> Vec<Option<Signal>> {
        let bars = testing::minutes(60, |minute, bar| {
            bar.close = 100.0 + step * minute as f64;
            (bar.high, bar.low) = (bar.close + 0.5, bar.close - 0.5);
        });
        testing::signals_at_bars::<Supertrend>("", &bars)
    }

    #[test]
    fn buys_a_rise_and_sells_a_fall() {
        assert_eq!(trend(0.5)[59].unwrap().vote, Vote::Buy);
        assert_eq!(trend(-0.5)[59].unwrap().vote, Vote::Sell);
    }

    #[test]
    fn a_new_session_forgets_the_old_trend() {
        let bars = testing::minutes(393, |minute, bar| {
            bar.close = 100.0 + 0.5 * if minute < 390 { minute as f64 } else { 780.0 - minute as f64 };
            (bar.high, bar.low) = (bar.close + 0.5, bar.close - 0.5);
        });
        let signals = testing::signals_at_bars::<Supertrend>("", &bars);
        assert_eq!((signals[389].unwrap().vote, signals[392].unwrap().vote), (Vote::Buy, Vote::Sell));
    }

    #[test]
    fn is_silent_while_warming_up_and_without_highs() {
        assert!(trend(0.5)[..10].iter().all(Option::is_none));
        let blank = testing::minutes(60, |_, bar| (bar.close, bar.low) = (100.0, 99.0));
        assert!(testing::signals_at_bars::<Supertrend>("", &blank).iter().all(Option::is_none));
    }
}

//! Buys far below the session's volume-weighted average price, sells far above it.

use plugin_sdk::{
    indicators::{Vwap, lean},
    prelude::*,
};

settings! {
    /// Settings of vwap-reversion.
    pub struct VwapReversionSettings {
        /// Distance from the average price that is far, in standard deviations of the session's trades; 2 is usual.
        pub width: f64 [0.1, 20.0] = 2.0,
        /// Minutes of a session before its deviation means anything: half an hour.
        pub settle: u32 [0, 1440] = 30,
    }
}

/// State of one symbol.
pub struct VwapReversion {
    vwap: Vwap,
    width: f64,
    settle: u32,
}

impl Algorithm for VwapReversion {
    const NAME: &'static str = "vwap-reversion";
    const READS: &'static [Column] = &[Column::High, Column::Low, Column::Close, Column::Volume];
    type Settings = VwapReversionSettings;

    fn warm_up(_: &VwapReversionSettings) -> WarmUp {
        WarmUp::sessions(1)
    }

    fn new(settings: &VwapReversionSettings) -> Self {
        Self { vwap: Vwap::default(), width: settings.width, settle: settings.settle }
    }

    fn on_bar(&mut self, bar: &Bar) -> Option<Signal> {
        let vwap = self.vwap.push(bar.session, bar.high, bar.low, bar.close, bar.volume)?;
        let settled = bar.minute >= self.settle && vwap.deviation > 0.0;
        settled.then(|| lean((vwap.price - bar.close) / vwap.deviation, self.width))
    }
}

plugin_sdk::export!(algorithm VwapReversion);

#[cfg(test)]
mod tests {
    use plugin_sdk::testing;

    use super::*;

    /// Signals of 60 bars around 100 with a last one that closes `jump` away.
    fn with_a_jump(jump: f64, volume: f64) -> Vec<Option<Signal>> {
        let bars = testing::minutes(60, |minute, bar| {
            bar.close = 100.0 + 0.2 * (minute % 2) as f64 + if minute == 59 { jump } else { 0.0 };
            (bar.high, bar.low) = (bar.close + 0.1, bar.close - 0.1);
            bar.volume = volume;
        });
        testing::signals_at_bars::<VwapReversion>("", &bars)
    }

    #[test]
    fn sells_far_above_and_buys_far_below() {
        assert_eq!(with_a_jump(1.0, 50.0)[59].unwrap().vote, Vote::Sell);
        assert_eq!(with_a_jump(-1.0, 50.0)[59].unwrap().vote, Vote::Buy);
        assert_eq!(with_a_jump(0.0, 50.0)[59].unwrap().vote, Vote::Hold);
    }

    #[test]
    fn is_silent_until_the_session_settled_and_without_volume() {
        assert!(with_a_jump(1.0, 50.0)[..30].iter().all(Option::is_none));
        assert!(with_a_jump(1.0, f64::NAN).iter().all(Option::is_none));
    }
}

//! Buys below the lower Bollinger band, sells above the upper one.

use plugin_sdk::{
    indicators::{Bollinger, MISSING, lean},
    prelude::*,
};

settings! {
    /// Settings of bollinger-reversion.
    pub struct BollingerReversionSettings {
        /// Bars of the average; 20 is usual.
        pub period: usize [2, 1000] = 20,
        /// Distance of the bands from the average, in standard deviations; 2 is usual.
        pub width: f64 [0.1, 20.0] = 2.0,
    }
}

/// State of one symbol.
pub struct BollingerReversion {
    bands: Bollinger,
    width: f64,
}

impl Algorithm for BollingerReversion {
    const NAME: &'static str = "bollinger-reversion";
    const READS: &'static [Column] = &[Column::Close];
    type Settings = BollingerReversionSettings;

    fn warm_up(settings: &BollingerReversionSettings) -> WarmUp {
        WarmUp::rows((settings.period + MISSING) as u32)
    }

    fn new(settings: &BollingerReversionSettings) -> Self {
        Self { bands: Bollinger::new(settings.period, settings.width), width: settings.width }
    }

    fn on_bar(&mut self, bar: &Bar) -> Option<Signal> {
        let bands = self.bands.push(bar.close)?;
        Some(lean((bands.middle - bar.close) / bands.deviation, self.width))
    }
}

plugin_sdk::export!(algorithm BollingerReversion);

#[cfg(test)]
mod tests {
    use plugin_sdk::testing;

    use super::*;

    /// The last signal after 20 quiet bars and one that closes `jump` away.
    fn after_a_jump(jump: f64) -> Option<Signal> {
        let bars = testing::minutes(21, |minute, bar| {
            bar.close = 100.0 + 0.1 * (minute % 2) as f64 + if minute == 20 { jump } else { 0.0 };
        });
        testing::signals_at_bars::<BollingerReversion>("", &bars)[20]
    }

    #[test]
    fn sells_above_the_bands_and_buys_below() {
        assert_eq!(after_a_jump(2.0).unwrap().vote, Vote::Sell);
        assert_eq!(after_a_jump(-2.0).unwrap().vote, Vote::Buy);
        assert_eq!(after_a_jump(0.0).unwrap().vote, Vote::Hold);
    }

    #[test]
    fn is_silent_while_warming_up_and_without_closes() {
        let bars = testing::minutes(19, |_, bar| bar.close = 100.0);
        assert!(testing::signals_at_bars::<BollingerReversion>("", &bars).iter().all(Option::is_none));
        let blank = testing::minutes(30, |_, bar| bar.volume = 100.0);
        assert!(testing::signals_at_bars::<BollingerReversion>("", &blank).iter().all(Option::is_none));
    }
}

//! Buys while volume trades mostly on rising bars, sells while it trades on falling ones.

use plugin_sdk::{
    indicators::{MISSING, SignedVolume, Sma, lean},
    prelude::*,
};

settings! {
    /// Settings of on-balance-volume.
    pub struct OnBalanceVolumeSettings {
        /// Bars over which volume is balanced; 20 is usual.
        pub period: usize [2, 1000] = 20,
        /// Imbalance that chance explains, in standard deviations of fair coins.
        pub neutral: f64 [0.1, 20.0] = 1.0,
    }
}

/// State of one symbol: on-balance volume over a window, so that it forgets.
pub struct OnBalanceVolume {
    step: SignedVolume,
    balance: Sma,
    traded: Sma,
    /// Bars as independent coins: their mean strays by one over the root of their number.
    certainty: f64,
    neutral: f64,
}

impl Algorithm for OnBalanceVolume {
    const NAME: &'static str = "on-balance-volume";
    const READS: &'static [Column] = &[Column::Close, Column::Volume];
    type Settings = OnBalanceVolumeSettings;

    fn warm_up(settings: &OnBalanceVolumeSettings) -> WarmUp {
        WarmUp::rows((settings.period + 1 + MISSING) as u32)
    }

    fn new(settings: &OnBalanceVolumeSettings) -> Self {
        Self {
            step: SignedVolume::default(),
            balance: Sma::new(settings.period),
            traded: Sma::new(settings.period),
            certainty: (settings.period as f64).sqrt(),
            neutral: settings.neutral,
        }
    }

    fn on_bar(&mut self, bar: &Bar) -> Option<Signal> {
        let step = self.step.push(bar.close, bar.volume)?;
        let (balance, traded) = (self.balance.push(step), self.traded.push(bar.volume));
        Some(lean(self.certainty * balance? / traded?, self.neutral))
    }
}

plugin_sdk::export!(algorithm OnBalanceVolume);

#[cfg(test)]
mod tests {
    use plugin_sdk::testing;

    use super::*;

    /// Signals of bars that rise and fall in turn, with these volumes.
    fn volumes(rising: f64, falling: f64) -> Vec<Option<Signal>> {
        let bars = testing::minutes(40, |minute, bar| {
            bar.close = 100.0 + (minute % 2) as f64;
            bar.volume = if minute % 2 == 1 { rising } else { falling };
        });
        testing::signals_at_bars::<OnBalanceVolume>("", &bars)
    }

    #[test]
    fn follows_the_heavier_side() {
        assert_eq!(volumes(300.0, 100.0)[39].unwrap().vote, Vote::Buy);
        assert_eq!(volumes(100.0, 300.0)[39].unwrap().vote, Vote::Sell);
        assert_eq!(volumes(110.0, 100.0)[39].unwrap().vote, Vote::Hold);
    }

    #[test]
    fn is_silent_while_warming_up_and_without_volume() {
        assert!(volumes(300.0, 100.0)[..20].iter().all(Option::is_none));
        assert!(volumes(f64::NAN, f64::NAN).iter().all(Option::is_none));
    }
}

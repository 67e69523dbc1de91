//! Buys while contracts open on a rise (long build-up), sells while they open on a fall (short build-up);
//! leans half as far when they close (short covering, long unwinding).

use plugin_sdk::{
    indicators::{BuildUp, MISSING, OiBuildUp, Quadrant, lean},
    prelude::*,
};

settings! {
    /// Settings of oi-buildup.
    pub struct OiBuildupSettings {
        /// Bars over which price and open interest change.
        pub span: usize [1, 1000] = 15,
        /// Bars over which the usual change is taken: two hours of minutes.
        pub memory: usize [10, 10_000] = 120,
        /// Change that is still undecided, in usual changes.
        pub neutral: f64 [0.01, 20.0] = 1.0,
    }
}

/// State of one symbol.
pub struct OiBuildup {
    build_up: OiBuildUp,
    neutral: f64,
}

impl Algorithm for OiBuildup {
    const NAME: &'static str = "oi-buildup";
    const READS: &'static [Column] = &[Column::Close, Column::OpenInterest];
    type Settings = OiBuildupSettings;

    fn warm_up(settings: &OiBuildupSettings) -> WarmUp {
        WarmUp::rows((settings.span + settings.memory + MISSING) as u32)
    }

    fn new(settings: &OiBuildupSettings) -> Self {
        Self { build_up: OiBuildUp::new(settings.span, settings.memory), neutral: settings.neutral }
    }

    fn on_bar(&mut self, bar: &Bar) -> Option<Signal> {
        let change = self.build_up.push(bar.close, bar.open_interest)?;
        Some(lean(reading(&change), self.neutral))
    }
}

/// Geometric mean of the two changes, in usual changes, signed by the side that acts.
fn reading(change: &BuildUp) -> f64 {
    let size = (change.price * change.interest).abs().sqrt();
    match change.quadrant() {
        Some(Quadrant::LongBuildUp) => size,
        Some(Quadrant::ShortBuildUp) => -size,
        Some(Quadrant::ShortCovering) => size / 2.0,
        Some(Quadrant::LongUnwinding) => -size / 2.0,
        None => 0.0,
    }
}

plugin_sdk::export!(algorithm OiBuildup);

#[cfg(test)]
mod tests {
    use plugin_sdk::testing;

    use super::*;

    /// Signals of 160 quiet bars and 10 in which price and contracts move by a step each.
    fn moves(price: f64, contracts: f64) -> Vec<Option<Signal>> {
        let bars = testing::minutes(170, |minute, bar| {
            let moved = minute.saturating_sub(159) as f64;
            bar.close = 100.0 + 0.1 * (minute % 2) as f64 + price * moved;
            bar.open_interest = 10_000.0 + 10.0 * (minute % 2) as f64 + contracts * moved;
        });
        testing::signals_at_bars::<OiBuildup>("", &bars)
    }

    #[test]
    fn follows_a_build_up_on_either_side() {
        assert_eq!(moves(0.3, 100.0)[169].unwrap().vote, Vote::Buy);
        assert_eq!(moves(-0.3, 100.0)[169].unwrap().vote, Vote::Sell);
        assert_eq!(moves(0.0, 0.0)[169].unwrap().vote, Vote::Hold);
    }

    #[test]
    fn leans_less_when_positions_close() {
        let (opening, closing) = (moves(0.3, 100.0)[169].unwrap(), moves(0.3, -100.0)[169].unwrap());
        assert_eq!(closing.vote, Vote::Buy);
        assert!(closing.confidence < opening.confidence);
    }

    #[test]
    fn is_silent_while_warming_up_and_without_open_interest() {
        assert!(moves(0.3, 100.0)[..134].iter().all(Option::is_none));
        let blank = testing::minutes(170, |_, bar| bar.close = 100.0);
        assert!(testing::signals_at_bars::<OiBuildup>("", &blank).iter().all(Option::is_none));
    }
}

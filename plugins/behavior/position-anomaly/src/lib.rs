//! Flags a position several times the trader's usual size.
//!
//! The size of the position that an order leaves is judged on a logarithmic scale against the positions that
//! the trader opened before, in all instruments and in this one. Silent before 20 of them.

use plugin_sdk::{
    prelude::*,
    trader::{Stakes, WARM_UP, posterior},
};

settings! {
    /// Settings of position-anomaly.
    pub struct PositionAnomalySettings {
        /// How many times the usual size is "several".
        pub times: f64 [1.0, 1000.0] = 3.0,
        /// Share of opening orders that are truly out of habit, against which chance is weighed: 1 in 10,000
        /// is one in a year for a busy trader.
        pub rate: f64 [1e-9, 0.5] = 1e-4,
    }
}

/// State of one trader.
pub struct PositionAnomaly {
    settings: PositionAnomalySettings,
    stakes: Stakes,
}

impl BehaviorDetector for PositionAnomaly {
    const NAME: &'static str = "position-anomaly";
    const READS: &'static [FillColumn] = &[];
    const EMITS: &'static [&'static str] = &["POSITION_ANOMALY"];
    type Settings = PositionAnomalySettings;

    fn warm_up(_: &PositionAnomalySettings) -> WarmUp {
        WARM_UP
    }

    fn new(settings: &PositionAnomalySettings) -> Self {
        Self { settings: settings.clone(), stakes: Stakes::default() }
    }

    fn judge(&mut self, order: &Order) -> Option<Finding> {
        let excess = order.opens().then(|| self.stakes.judge(order)).flatten()?;
        let score = posterior(excess.chance(), self.settings.rate)?;
        (excess.times >= self.settings.times).then(|| {
            Finding::new("POSITION_ANOMALY", score)
                .observed(order.stake())
                .expected(order.stake() / excess.times)
                .message(format!("A position {:.1} times this trader's usual size", excess.times))
                .evidence("times_usual", excess.times)
                .evidence("deviations", excess.deviations)
        })
    }

    fn learn(&mut self, order: &Order) {
        self.stakes.learn(order);
    }
}

plugin_sdk::export!(behavior PositionAnomaly);

#[cfg(test)]
mod tests {
    use plugin_sdk::trader::{NOWHERE, Story};

    use super::*;

    fn usual() -> Story {
        let mut story = Story::default();
        story.usual_days(10);
        story
    }

    #[test]
    fn six_times_the_usual_size_is_found_at_its_fill() {
        let mut story = usual();
        let row = story.len();
        story.wait(10.0).trade(0, 6000.0, 10.0, 5.0);
        let found = story.findings::<PositionAnomaly>();
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].row as usize, row);
        assert!(found[0].finding.score.value() > 0.99);
    }

    #[test]
    fn a_position_built_in_pieces_is_judged_whole() {
        let mut story = usual();
        for piece in 1..=5 {
            story.wait(1.0).fill(0, Side::Buy, 1200.0, 1200.0 * f64::from(piece), 0.0);
        }
        assert_ne!(story.found::<PositionAnomaly>(), NOWHERE);
    }

    #[test]
    fn a_large_position_that_is_closed_opens_nothing() {
        let mut story = usual();
        story.wait(1.0).fill(0, Side::Sell, 9000.0, 0.0, 50.0);
        assert_eq!(story.found::<PositionAnomaly>(), NOWHERE);
    }

    #[test]
    fn twice_the_usual_size_and_a_newcomer_stay_silent() {
        let mut story = usual();
        story.wait(10.0).trade(0, 2000.0, 10.0, 5.0);
        assert_eq!(story.found::<PositionAnomaly>(), NOWHERE);

        let mut newcomer = Story::default();
        newcomer.usual_trades(19).trade(0, 90_000.0, 10.0, 5.0);
        assert_eq!(newcomer.found::<PositionAnomaly>(), NOWHERE);
    }
}

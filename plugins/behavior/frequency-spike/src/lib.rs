//! Flags a burst of orders within minutes, far above the trader's own pace.
//!
//! Orders of the last ten minutes are judged against the busiest ten minutes of each of the trader's days.
//! Slices of one decision count once. Silent before five days.

use plugin_sdk::{
    prelude::*,
    trader::{Pace, WARM_UP, posterior},
};

settings! {
    /// Settings of frequency-spike.
    pub struct FrequencySpikeSettings {
        /// Minutes in which a burst is counted.
        pub window: u32 [1, 240] = 10,
        /// How many times the busiest minutes of a usual day is "far above".
        pub times: f64 [1.0, 100.0] = 2.0,
        /// Smallest burst, in orders: three trades opened and closed.
        pub orders: u32 [2, 1000] = 6,
        /// Share of days with a true burst, against which chance is weighed.
        pub rate: f64 [1e-9, 0.5] = 1e-3,
    }
}

/// State of one trader.
pub struct FrequencySpike {
    settings: FrequencySpikeSettings,
    pace: Pace,
}

impl BehaviorDetector for FrequencySpike {
    const NAME: &'static str = "frequency-spike";
    const READS: &'static [FillColumn] = &[];
    const EMITS: &'static [&'static str] = &["FREQUENCY_SPIKE"];
    type Settings = FrequencySpikeSettings;

    fn warm_up(_: &FrequencySpikeSettings) -> WarmUp {
        WARM_UP
    }

    fn new(settings: &FrequencySpikeSettings) -> Self {
        Self { settings: settings.clone(), pace: Pace::over(settings.window) }
    }

    fn judge(&mut self, order: &Order) -> Option<Finding> {
        let burst = self.pace.burst(order);
        if !burst.decision || burst.orders < self.settings.orders {
            return None;
        }
        let excess =
            self.pace.judge(burst, order.day).filter(|excess| excess.times >= self.settings.times)?;
        let score = posterior(excess.chance(), self.settings.rate)?;
        let (orders, window) = (f64::from(burst.orders), self.settings.window);
        Some(
            Finding::new("FREQUENCY_SPIKE", score)
                .observed(orders)
                .expected(orders / excess.times)
                .message(format!(
                    "{} orders within {window} minutes, {:.1} times the busiest of a usual day",
                    burst.orders, excess.times
                ))
                .evidence("orders", orders)
                .evidence("times_usual_peak", excess.times),
        )
    }

    fn learn(&mut self, order: &Order) {
        self.pace.learn(order);
    }
}

plugin_sdk::export!(behavior FrequencySpike);

#[cfg(test)]
mod tests {
    use plugin_sdk::trader::{NOWHERE, Story};

    use super::*;

    fn usual() -> Story {
        let mut story = Story::default();
        story.usual_days(8);
        story
    }

    #[test]
    fn a_burst_is_found_while_it_lasts() {
        let mut story = usual();
        let start = story.len();
        for _ in 0..12 {
            story.wait(0.2).trade(0, 800.0, 0.3, 1.0);
        }
        let found = story.findings::<FrequencySpike>();
        assert!(found.len() > 5);
        assert!((start + 5..start + 10).contains(&(found[0].row as usize)));
    }

    #[test]
    fn a_scalper_is_always_that_fast() {
        let mut story = Story::default();
        for _ in 0..9 {
            for _ in 0..30 {
                story.wait(0.2).trade(0, 800.0, 0.3, 1.0);
            }
            story.next_day();
        }
        assert_eq!(story.found::<FrequencySpike>(), NOWHERE);
    }

    #[test]
    fn one_decision_in_many_slices_is_no_burst() {
        let mut story = usual();
        for slice in 1..=30 {
            story.wait(0.01).fill(0, Side::Buy, 50.0, 50.0 * f64::from(slice), 0.0);
        }
        assert_eq!(story.found::<FrequencySpike>(), NOWHERE);
    }
}

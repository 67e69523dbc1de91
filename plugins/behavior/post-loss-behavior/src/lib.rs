//! Flags a change of style after several losses in a row.
//!
//! After three losses the next few positions are judged against the trader's habits in three ways: larger,
//! sooner, in unfamiliar instruments. The chances add up over the positions by Fisher's method; at least two of
//! the three ways must have changed. A streak in the trader's usual style is no anomaly.
//! Silent before 20 openings.

use plugin_sdk::{
    prelude::*,
    trader::{Habits, MINUTE, WARM_UP, combined, normal_tail, posterior},
};

settings! {
    /// Settings of post-loss-behavior.
    pub struct PostLossBehaviorSettings {
        /// Losses in a row that can upset a trader.
        pub losses: u32 [2, 50] = 3,
        /// Positions after the streak that are looked at.
        pub positions: u32 [1, 50] = 5,
        /// Minutes after the streak that are looked at.
        pub minutes: u32 [1, 1440] = 90,
        /// A way has changed if chance alone would change it as much at most this often: once in five streaks. Two
        /// ways at once then happen by chance in one streak of ten.
        pub changed: f64 [1e-6, 0.5] = 0.2,
        /// Share of streaks that truly change the style, against which chance is weighed: one in a hundred.
        pub rate: f64 [1e-9, 0.5] = 0.01,
    }
}

/// Ways in which the style may change, in the order of [`Chances`].
const WAYS: [&str; 3] = ["larger", "faster", "unfamiliar instruments"];
/// Names of the chances as evidence.
const EVIDENCE: [&str; 3] = ["chance_of_sizes", "chance_of_waits", "chance_of_instruments"];
/// One position says no more than this in one way: however large, it alone is no style.
const SMALLEST: f64 = 1e-3;
/// This many ways make a change of style.
const NEEDED: usize = 2;

/// Chances of one position's size, wait and instrument.
type Chances = [f64; WAYS.len()];

/// State of one trader.
pub struct PostLossBehavior {
    settings: PostLossBehaviorSettings,
    habits: Habits,
    slump: Option<Slump>,
}

/// The time after a losing streak.
struct Slump {
    since: i64,
    positions: Vec<Chances>,
}

impl PostLossBehavior {
    fn slump(&self, order: &Order) -> Option<&Slump> {
        let span = i64::from(self.settings.minutes) * MINUTE;
        self.slump.as_ref().filter(|slump| order.at - slump.since <= span)
    }

    fn chances(&self, order: &Order) -> Option<Chances> {
        let (stakes, waits) = (&self.habits.stakes, &self.habits.waits);
        let size = order.opens().then(|| stakes.judge(order)).flatten()?;
        let chances = [normal_tail(size.deviations), waits.chance(order), stakes.familiarity(order)];
        Some(chances.map(|chance| chance.max(SMALLEST)))
    }

    /// Follows a slump until it was looked at long enough.
    fn follow(&mut self, order: &Order) {
        let chances = self.slump(order).and_then(|_| self.chances(order));
        if let (Some(slump), Some(chances)) = (&mut self.slump, chances) {
            slump.positions.push(chances);
        }
        let positions = self.settings.positions as usize;
        self.slump = self.slump.take().filter(|slump| slump.positions.len() < positions);
    }
}

impl BehaviorDetector for PostLossBehavior {
    const NAME: &'static str = "post-loss-behavior";
    const READS: &'static [FillColumn] = &[FillColumn::RealizedPnl];
    const EMITS: &'static [&'static str] = &["POST_LOSS_BEHAVIOR"];
    type Settings = PostLossBehaviorSettings;

    fn warm_up(_: &PostLossBehaviorSettings) -> WarmUp {
        WARM_UP
    }

    fn new(settings: &PostLossBehaviorSettings) -> Self {
        Self { settings: settings.clone(), habits: Habits::default(), slump: None }
    }

    fn judge(&mut self, order: &Order) -> Option<Finding> {
        let slump = self.slump(order)?;
        let chances = self.chances(order).filter(|chances| combined(*chances) <= self.settings.changed)?;
        let mut positions = slump.positions.clone();
        positions.push(chances);
        let ways: Chances = std::array::from_fn(|way| combined(positions.iter().map(|chances| chances[way])));
        let changed: Vec<&str> = WAYS
            .iter()
            .zip(ways)
            .filter(|(_, chance)| *chance <= self.settings.changed)
            .map(|(way, _)| *way)
            .collect();
        let score = posterior(combined(positions.iter().flatten().copied()), self.settings.rate)
            .filter(|_| changed.len() >= NEEDED)?;
        let finding = Finding::new("POST_LOSS_BEHAVIOR", score)
            .observed(changed.len() as f64)
            .expected(0.0)
            .message(format!(
                "Another style after {} or more losses in a row: {}",
                self.settings.losses,
                changed.join(", ")
            ))
            .evidence("positions", positions.len() as f64);
        Some(
            EVIDENCE.iter().zip(ways).fold(finding, |finding, (name, chance)| finding.evidence(name, chance)),
        )
    }

    fn learn(&mut self, order: &Order) {
        if order.opens() {
            self.follow(order);
        }
        self.habits.learn(order);
        let streak = self.habits.results.losses() >= self.settings.losses as usize;
        if order.result().is_some() && streak && self.slump(order).is_none() {
            self.slump = Some(Slump { since: order.last_at, positions: Vec::new() });
        }
    }
}

plugin_sdk::export!(behavior PostLossBehavior);

#[cfg(test)]
mod tests {
    use plugin_sdk::trader::{NOWHERE, Story};

    use super::*;

    fn after_losses(losses: usize) -> Story {
        let mut story = Story::default();
        story.usual_days(12).trade(0, 1000.0, 10.0, 8.0);
        for _ in 0..losses {
            story.wait(25.0).trade(0, 1000.0, 10.0, -9.0);
        }
        story
    }

    fn another_style(story: &mut Story) {
        for instrument in [5, 6, 7, 8] {
            story.wait(2.0).trade(instrument, 1900.0, 3.0, 4.0);
        }
    }

    #[test]
    fn larger_faster_and_elsewhere_after_four_losses() {
        let mut story = after_losses(4);
        let start = story.len();
        another_style(&mut story);
        let rows = story.found::<PostLossBehavior>();
        assert!(!rows.is_empty() && rows.iter().all(|row| *row >= start));
    }

    #[test]
    fn the_usual_style_after_losses_is_no_anomaly() {
        let mut story = after_losses(5);
        story.usual_trades(6);
        assert_eq!(story.found::<PostLossBehavior>(), NOWHERE);
    }

    #[test]
    fn faster_alone_is_no_other_style() {
        let mut story = after_losses(4);
        for size in [1000.0, 900.0, 1100.0, 1000.0, 900.0] {
            story.wait(1.0).trade(0, size, 10.0, 4.0);
        }
        assert_eq!(story.found::<PostLossBehavior>(), NOWHERE);
    }

    #[test]
    fn another_style_without_losses_is_another_matter() {
        let mut story = after_losses(2);
        another_style(&mut story);
        assert_eq!(story.found::<PostLossBehavior>(), NOWHERE);
    }

    #[test]
    fn silent_where_results_are_not_known() {
        let mut story = after_losses(4);
        another_style(&mut story);
        assert_eq!(story.without_results().found::<PostLossBehavior>(), NOWHERE);
    }
}

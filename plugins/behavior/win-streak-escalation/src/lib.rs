//! Flags sizes that climb trade after trade during a winning streak.
//!
//! After four wins in a row two chances are combined by Fisher's method: that sizes in no particular order
//! rise so many times in a row (one over the factorial of the trades), and that a position is this large for the
//! trader. Adding to a position is one trade. Silent before 20 openings.

use plugin_sdk::{
    math,
    prelude::*,
    trader::{Habits, WARM_UP, combined, posterior},
};

settings! {
    /// Settings of win-streak-escalation.
    pub struct WinStreakEscalationSettings {
        /// Wins in a row that can go to a trader's head.
        pub wins: u32 [2, 50] = 4,
        /// Rises in a row that make a climb.
        pub rises: u32 [1, 20] = 2,
        /// Times the last size that is a rise; as much the other way ends the climb.
        pub step: f64 [1.0, 10.0] = 1.1,
        /// Times the usual size that the climb must reach.
        pub times: f64 [1.0, 100.0] = 1.5,
        /// Share of streaks that truly escalate, against which chance is weighed.
        pub rate: f64 [1e-9, 0.5] = 1e-3,
    }
}

/// State of one trader.
pub struct WinStreakEscalation {
    settings: WinStreakEscalationSettings,
    habits: Habits,
    /// The trade before the current one, and the current one.
    before: Option<Trade>,
    current: Option<Trade>,
    /// Whether the current trade has closed something, so that the next opening is another.
    closed: bool,
}

#[derive(Clone, Copy)]
struct Trade {
    stake: f64,
    /// How many times in a row sizes rose up to this trade.
    rises: u32,
}

impl WinStreakEscalation {
    /// The trade that the order makes or adds to.
    fn trade(&self, order: &Order) -> Trade {
        let stake = order.stake();
        let before = if self.closed { self.current } else { self.before };
        let rises = match before.filter(|_| self.habits.results.wins() > 0) {
            Some(before) if stake > before.stake * self.settings.step => before.rises + 1,
            Some(before) if stake * self.settings.step > before.stake => before.rises,
            _ => 0,
        };
        Trade { stake, rises }
    }
}

impl BehaviorDetector for WinStreakEscalation {
    const NAME: &'static str = "win-streak-escalation";
    const READS: &'static [FillColumn] = &[FillColumn::RealizedPnl];
    const EMITS: &'static [&'static str] = &["WIN_STREAK_ESCALATION"];
    type Settings = WinStreakEscalationSettings;

    fn warm_up(_: &WinStreakEscalationSettings) -> WarmUp {
        WARM_UP
    }

    fn new(settings: &WinStreakEscalationSettings) -> Self {
        Self {
            settings: settings.clone(),
            habits: Habits::default(),
            before: None,
            current: None,
            closed: false,
        }
    }

    fn judge(&mut self, order: &Order) -> Option<Finding> {
        let wins = self.habits.results.wins();
        if !order.opens() || wins < self.settings.wins as usize {
            return None;
        }
        let Trade { stake, rises } = self.trade(order);
        let size = self.habits.stakes.judge(order).filter(|size| size.times >= self.settings.times)?;
        let climb = math::exp(-math::ln_gamma(f64::from(rises) + 2.0));
        let score = posterior(combined([climb, size.chance()]), self.settings.rate)
            .filter(|_| rises >= self.settings.rises)?;
        Some(
            Finding::new("WIN_STREAK_ESCALATION", score)
                .observed(stake)
                .expected(stake / size.times)
                .message(format!(
                    "After {wins} wins in a row, {rises} rises in a row to {:.1} times the usual size",
                    size.times
                ))
                .evidence("wins", wins as f64)
                .evidence("rises", f64::from(rises))
                .evidence("times_usual_size", size.times),
        )
    }

    fn learn(&mut self, order: &Order) {
        if order.opens() {
            let trade = self.trade(order);
            if self.closed {
                self.before = self.current;
            }
            self.current = Some(trade);
            self.closed = false;
        }
        self.closed |= order.result().is_some();
        self.habits.learn(order);
    }
}

plugin_sdk::export!(behavior WinStreakEscalation);

#[cfg(test)]
mod tests {
    use plugin_sdk::trader::{NOWHERE, Story};

    use super::*;

    fn after_wins(wins: usize) -> Story {
        let mut story = Story::default();
        story.usual_days(10).trade(0, 1000.0, 10.0, -8.0);
        for _ in 0..wins {
            story.wait(25.0).trade(0, 1000.0, 10.0, 9.0);
        }
        story
    }

    fn climb(story: &mut Story) {
        for size in [1500.0, 2300.0, 3400.0, 5000.0] {
            story.wait(20.0).trade(0, size, 10.0, 12.0);
        }
    }

    #[test]
    fn a_climb_after_five_wins_is_found() {
        let mut story = after_wins(5);
        let start = story.len();
        climb(&mut story);
        assert_eq!(story.found::<WinStreakEscalation>().first(), Some(&(start + 2)));
    }

    #[test]
    fn wins_without_a_climb_and_a_climb_without_wins_are_no_escalation() {
        let mut steady = after_wins(9);
        steady.wait(20.0).trade(0, 1200.0, 10.0, 5.0);
        let mut losing = after_wins(0);
        for size in [1500.0, 2300.0, 3400.0] {
            losing.wait(20.0).trade(0, size, 10.0, -9.0);
        }
        assert!(
            steady.found::<WinStreakEscalation>().is_empty()
                && losing.found::<WinStreakEscalation>().is_empty()
        );
    }

    #[test]
    fn building_one_position_in_steps_is_no_climb() {
        let mut story = after_wins(6);
        for step in 1..=4 {
            story.wait(3.0).fill(0, Side::Buy, 500.0, 500.0 * f64::from(step), 0.0);
        }
        assert_eq!(story.found::<WinStreakEscalation>(), NOWHERE);
    }

    #[test]
    fn silent_where_results_are_not_known() {
        let mut story = after_wins(5);
        climb(&mut story);
        assert_eq!(story.without_results().found::<WinStreakEscalation>(), NOWHERE);
    }
}

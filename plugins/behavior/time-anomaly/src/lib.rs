//! Flags trading at hours at which the trader never trades.
//!
//! Each of the trader's days of the last two months leaves a mark on the hours it touched. An order that
//! opens a position stands out if hardly any day comes near its time of day, by Laplace's rule of succession.
//! A session that merely runs late is none of this: what follows a familiar order without a pause is
//! familiar. Silent before ten days.

use std::collections::VecDeque;

use plugin_sdk::{
    prelude::*,
    trader::{MEMORY_DAYS, MINUTE, WARM_UP},
};

settings! {
    /// Settings of time-anomaly.
    pub struct TimeAnomalySettings {
        /// Share of days at most near that time for it to count as "never", smoothed: with the default, none of
        /// the first ten days and one of twenty.
        pub rare: f64 [0.001, 0.5] = 0.08,
        /// Minutes without an order that end a session.
        pub pause: u32 [1, 1440] = 60,
    }
}

/// Days needed for a judgement.
const NEEDED: usize = 10;
/// Quarters of an hour in a day; and how many to each side are near: an hour, as people are that punctual.
const SLOTS: u32 = 96;
const NEAR: u32 = 4;

/// State of one trader.
pub struct TimeAnomaly {
    settings: TimeAnomalySettings,
    /// Quarters of an hour with orders, as bits, day by day.
    days: VecDeque<(u32, u128)>,
    /// When the last order ended, and whether it stood out.
    last: Option<(i64, bool)>,
}

impl TimeAnomaly {
    /// How often the trader trades near this time; `None` where that is not known or the session goes on.
    fn habit(&self, order: &Order) -> Option<f64> {
        let pause = i64::from(self.settings.pause) * MINUTE;
        if self.last.is_some_and(|(at, odd)| !odd && order.at - at <= pause) {
            return None;
        }
        let near = around(slot(order));
        let earlier =
            || self.days.iter().filter(|day| day.0 != order.day && order.day - day.0 <= MEMORY_DAYS);
        let (days, present) = (earlier().count(), earlier().filter(|day| day.1 & near != 0).count());
        (days >= NEEDED).then(|| (present as f64 + 0.5) / (days as f64 + 1.0))
    }
}

fn slot(order: &Order) -> u32 {
    order.minute * SLOTS / 1440
}

/// The slot and those near it, around midnight too.
fn around(slot: u32) -> u128 {
    (0..=2 * NEAR).map(|step| 1_u128 << ((slot + SLOTS - NEAR + step) % SLOTS)).sum()
}

impl BehaviorDetector for TimeAnomaly {
    const NAME: &'static str = "time-anomaly";
    const READS: &'static [FillColumn] = &[];
    const EMITS: &'static [&'static str] = &["TIME_ANOMALY"];
    type Settings = TimeAnomalySettings;

    fn warm_up(_: &TimeAnomalySettings) -> WarmUp {
        WARM_UP
    }

    fn new(settings: &TimeAnomalySettings) -> Self {
        Self { settings: settings.clone(), days: VecDeque::new(), last: None }
    }

    fn judge(&mut self, order: &Order) -> Option<Finding> {
        let habit = self.habit(order).filter(|habit| order.opens() && *habit <= self.settings.rare)?;
        Some(
            Finding::new("TIME_ANOMALY", Score::new(1.0 - habit))
                .observed(f64::from(order.minute))
                .expected(habit)
                .message(format!(
                    "Trading at {:02}:{:02}, when this trader hardly ever does",
                    order.minute / 60,
                    order.minute % 60
                ))
                .evidence("minute_of_day", f64::from(order.minute))
                .evidence("share_of_days_near", habit),
        )
    }

    fn learn(&mut self, order: &Order) {
        let odd = self.habit(order).is_some_and(|habit| habit <= self.settings.rare);
        self.last = Some((order.last_at, odd));
        if self.days.back().is_none_or(|day| day.0 != order.day) {
            self.days.push_back((order.day, 0));
            self.days.retain(|day| order.day - day.0 <= MEMORY_DAYS);
        }
        if let Some(today) = self.days.back_mut() {
            today.1 |= 1 << slot(order);
        }
    }
}

plugin_sdk::export!(behavior TimeAnomaly);

#[cfg(test)]
mod tests {
    use plugin_sdk::trader::{NOWHERE, Story};

    use super::*;

    fn after(days: usize) -> Story {
        let mut story = Story::default();
        story.usual_days(days);
        story
    }

    #[test]
    fn a_day_trader_up_at_three_in_the_morning_is_found() {
        let mut story = after(12);
        let row = story.len();
        story.wait(18.0 * 60.0).trade(0, 1000.0, 5.0, 1.0);
        let found = story.findings::<TimeAnomaly>();
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].row as usize, row);
        assert!(found[0].finding.score.value() > 0.9);
    }

    #[test]
    fn a_session_that_runs_late_is_no_anomaly() {
        let mut story = after(12);
        story.usual_trades(24);
        assert_eq!(story.found::<TimeAnomaly>(), NOWHERE);
    }

    #[test]
    fn closing_a_forgotten_position_at_night_is_no_anomaly() {
        let mut story = after(12);
        story.usual_trades(2).trade(0, 1000.0, 14.0 * 60.0, 1.0);
        assert_eq!(story.found::<TimeAnomaly>(), NOWHERE);
    }

    #[test]
    fn hours_of_a_newcomer_are_not_known() {
        let mut story = after(8);
        story.wait(18.0 * 60.0).trade(0, 1000.0, 5.0, 1.0);
        assert_eq!(story.found::<TimeAnomaly>(), NOWHERE);
    }

    #[test]
    fn near_reaches_across_midnight() {
        let near = around(0);
        assert_eq!(near.count_ones(), 9);
        assert!(near & (1 << 95) != 0 && near & (1 << 4) != 0 && near & (1 << 5) == 0);
    }
}

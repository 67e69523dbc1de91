//! How long this trader usually waits before the next position.

use std::collections::VecDeque;

use super::{MINUTE, remembered};
use crate::types::Order;

/// Waits kept.
const KEPT: usize = 500;
/// Waits, and days with some, needed for a judgement.
const NEEDED: usize = 20;
const NEEDED_DAYS: usize = 5;

/// Minutes from an order's last fill to the next opening of the same day: the last 500 of two months. Each
/// day weighs the same, so that one frantic day does not become the habit.
#[derive(Clone, Debug, Default)]
pub struct Waits {
    waited: VecDeque<(u32, f64)>,
    previous: Option<Order>,
}

impl Waits {
    /// Learns an order; every order, in turn.
    pub fn learn(&mut self, order: &Order) {
        let slice = self.previous.is_some_and(|previous| order.continues(&previous));
        if let Some(minutes) = self.minutes(order).filter(|_| order.opens() && !slice) {
            self.keep(order.day, minutes);
        }
        self.previous = Some(*order);
    }

    fn keep(&mut self, day: u32, minutes: f64) {
        while self.waited.len() >= KEPT || self.waited.front().is_some_and(|&(old, _)| !remembered(old, day))
        {
            self.waited.pop_front();
        }
        self.waited.push_back((day, minutes));
    }

    /// Minutes since the last fill; `None` for a day's first order.
    pub fn minutes(&self, order: &Order) -> Option<f64> {
        let previous = self.previous.filter(|previous| previous.day == order.day)?;
        Some((order.at - previous.last_at) as f64 / MINUTE as f64)
    }

    /// Chance of a wait no longer than before this order, judged by earlier days; 1 where nothing is known.
    pub fn chance(&self, order: &Order) -> f64 {
        let Some(minutes) = self.minutes(order).filter(|_| self.waited.len() >= NEEDED) else { return 1.0 };
        let earlier: Vec<(u32, f64)> = self
            .waited
            .iter()
            .copied()
            .filter(|&(day, _)| day != order.day && remembered(day, order.day))
            .collect();
        let shares: Vec<f64> =
            earlier.chunk_by(|a, b| a.0 == b.0).map(|day| share_within(day, minutes)).collect();
        if shares.len() < NEEDED_DAYS {
            return 1.0;
        }
        (shares.iter().sum::<f64>() + 0.5) / (shares.len() as f64 + 1.0)
    }
}

fn share_within(day: &[(u32, f64)], minutes: f64) -> f64 {
    day.iter().filter(|wait| wait.1 <= minutes).count() as f64 / day.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trader::Story;

    fn after_usual_days() -> (Waits, Story) {
        let mut story = Story::default();
        story.usual_days(10);
        let mut waits = Waits::default();
        story.orders().for_each(|order| waits.learn(order));
        (waits, story)
    }

    #[test]
    fn a_usual_wait_is_likely_and_a_hasty_return_is_not() {
        let (mut waits, mut story) = after_usual_days();
        story.wait(10.0).trade(0, 1.0, 5.0, 1.0);
        let last = story.orders().last().copied().unwrap();
        waits.learn(&last);
        let mut next = last;
        next.at = last.last_at + 30 * MINUTE;
        assert!(waits.chance(&next) > 0.5);
        next.at = last.last_at + MINUTE / 2;
        assert!(waits.chance(&next) < 0.1);
    }

    #[test]
    fn the_first_order_of_a_day_waited_for_nothing() {
        let (waits, story) = after_usual_days();
        let mut next = story.orders().last().copied().unwrap();
        next.day += 1;
        assert_eq!(waits.minutes(&next), None);
        assert_eq!(waits.chance(&next), 1.0);
    }
}

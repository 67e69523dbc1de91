//! How many orders this trader sends within minutes.

use std::collections::VecDeque;

use super::{Daily, MINUTE, judge_count, stakes::Excess};
use crate::types::Order;

/// Smallest deviation taken seriously: that of a Poisson count.
const POISSON: f64 = 0.5;

/// Orders of the last minutes, and the busiest minutes of each day.
#[derive(Clone, Debug)]
pub struct Pace {
    window: i64,
    recent: VecDeque<i64>,
    busiest: Daily<u32>,
    previous: Option<Order>,
}

/// Orders of the last minutes, with one that is being judged.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Burst {
    /// How many.
    pub orders: u32,
    /// Whether the judged order is a decision of its own and not a further slice of the last.
    pub decision: bool,
}

impl Pace {
    /// Over windows of `minutes`.
    pub fn over(minutes: u32) -> Self {
        let window = i64::from(minutes) * MINUTE;
        Self { window, recent: VecDeque::new(), busiest: Daily::default(), previous: None }
    }

    /// The minutes that end with the order.
    pub fn burst(&self, order: &Order) -> Burst {
        let decision = !self.previous.is_some_and(|previous| order.continues(&previous));
        let old = self.recent.partition_point(|&at| at <= order.at - self.window);
        Burst { orders: (self.recent.len() - old) as u32 + u32::from(decision), decision }
    }

    /// The burst against the busiest minutes of earlier days; `None` before five days.
    pub fn judge(&self, burst: Burst, today: u32) -> Option<Excess> {
        judge_count(self.busiest.before(today).copied(), burst.orders, POISSON)
    }

    /// Learns an order; every order, in turn.
    pub fn learn(&mut self, order: &Order) {
        let burst = self.burst(order);
        let peak = self.busiest.today(order.day);
        *peak = burst.orders.max(*peak);
        let old = self.recent.partition_point(|&at| at <= order.at - self.window);
        self.recent.drain(..old);
        if burst.decision {
            self.recent.push_back(order.at);
        }
        self.previous = Some(*order);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trader::Story;

    #[test]
    fn slices_of_one_decision_count_once() {
        let mut pace = Pace::over(10);
        let mut story = Story::default();
        story.trade(0, 1000.0, 5.0, 1.0);
        let order = *story.orders().next().unwrap();
        pace.learn(&order);
        assert_eq!(
            pace.burst(&Order { at: order.at + 500_000, ..order }),
            Burst { orders: 1, decision: false }
        );
        let later = Order { at: order.at + MINUTE, ..order };
        assert_eq!(pace.burst(&later), Burst { orders: 2, decision: true });
    }

    #[test]
    fn minutes_pass() {
        let mut pace = Pace::over(10);
        let order = crate::testing::order(0, 0, crate::types::Side::Buy, 1.0, 1.0);
        pace.learn(&order);
        assert_eq!(pace.burst(&Order { at: 10 * MINUTE, ..order }).orders, 1);
        assert_eq!(pace.burst(&Order { at: 10 * MINUTE - 1, ..order }).orders, 2);
    }
}

//! What this trader's trades brought.

use std::collections::VecDeque;

use super::{quantile::quantile, remembered};
use crate::types::Order;

/// Trades kept.
const KEPT: usize = 100;
/// Losses needed to judge one.
const NEEDED: usize = 10;

/// A loss against the trader's losses before it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Loss {
    /// Chance that one of the trader's losses is at least as large.
    pub chance: f64,
    /// Times the median loss.
    pub times: f64,
}

/// Results of the last 100 closed trades of two months. Orders that close, with none that opens between
/// them, are one trade.
#[derive(Clone, Debug, Default)]
pub struct Results {
    closed: VecDeque<(u32, f64)>,
    closing: bool,
}

impl Results {
    /// Learns an order; every order, in turn.
    pub fn learn(&mut self, order: &Order) {
        let opens = order.opens();
        let Some(result) = order.result() else {
            self.closing &= !opens;
            return;
        };
        match self.closed.back_mut().filter(|_| self.closing) {
            Some(trade) => trade.1 += result,
            None => self.keep(order.day, result),
        }
        self.closing = !opens;
    }

    fn keep(&mut self, day: u32, result: f64) {
        while self.closed.len() >= KEPT || self.closed.front().is_some_and(|&(old, _)| !remembered(old, day))
        {
            self.closed.pop_front();
        }
        self.closed.push_back((day, result));
    }

    /// Trades won in a row up to now.
    pub fn wins(&self) -> usize {
        self.closed.iter().rev().take_while(|trade| trade.1 > 0.0).count()
    }

    /// Trades lost in a row up to now.
    pub fn losses(&self) -> usize {
        self.closed.iter().rev().take_while(|trade| trade.1 < 0.0).count()
    }

    /// The last trade, if it lost and ten trades before it did.
    pub fn last_loss(&self) -> Option<Loss> {
        let loss = self.closed.back().map(|trade| -trade.1).filter(|loss| *loss > 0.0)?;
        let before = self.closed.iter().rev().skip(1);
        let mut losses: Vec<f64> = before.map(|trade| -trade.1).filter(|loss| *loss > 0.0).collect();
        if losses.len() < NEEDED {
            return None;
        }
        let as_large = losses.iter().filter(|before| **before >= loss).count();
        let chance = (as_large as f64 + 0.5) / (losses.len() as f64 + 1.0);
        Some(Loss { chance, times: loss / quantile(&mut losses, 0.5) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trader::Story;

    fn results(pnls: &[f64]) -> Results {
        let mut story = Story::default();
        for &pnl in pnls {
            story.wait(10.0).trade(0, 1000.0, 5.0, pnl);
        }
        let mut results = Results::default();
        story.orders().for_each(|order| results.learn(order));
        results
    }

    #[test]
    fn streaks_end_with_the_other_sign() {
        let results = results(&[5.0, -1.0, -2.0, -3.0]);
        assert_eq!((results.losses(), results.wins()), (3, 0));
    }

    #[test]
    fn the_largest_loss_of_many_is_unlikely() {
        let mut pnls = vec![-10.0; 19];
        pnls.push(-40.0);
        let loss = results(&pnls).last_loss().unwrap();
        assert_eq!(loss.times, 4.0);
        assert!(loss.chance <= 0.025);
    }

    #[test]
    fn a_few_losses_make_no_habit() {
        assert_eq!(results(&[-1.0, -1.0, -9.0]).last_loss(), None);
    }

    #[test]
    fn closing_in_two_orders_is_one_trade() {
        let mut results = results(&[-1.0]);
        let mut story = Story::default();
        story.trade(0, 1000.0, 5.0, -2.0);
        results.learn(story.orders().last().unwrap());
        assert_eq!(results.losses(), 1);
    }
}

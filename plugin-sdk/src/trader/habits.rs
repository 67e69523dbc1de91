//! Sizes, waits and results of one trader together.

use super::{Results, Stakes, Waits};
use crate::types::Order;

/// What a detector of a mood needs to know of a trader.
#[derive(Clone, Debug, Default)]
pub struct Habits {
    /// How large positions usually are.
    pub stakes: Stakes,
    /// How long the trader waits before the next.
    pub waits: Waits,
    /// What trades brought.
    pub results: Results,
}

impl Habits {
    /// Learns an order; every order, in turn.
    pub fn learn(&mut self, order: &Order) {
        self.stakes.learn(order);
        self.waits.learn(order);
        self.results.learn(order);
    }
}

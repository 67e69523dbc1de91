//! A trader's desk: opens and closes positions, keeps the account.

use super::{super::random::Random, habits::Habits, stocks::Stocks};
use crate::domain::time::{MINUTE, SECOND};

/// Time between the fills of one order.
const BETWEEN_FILLS: i64 = SECOND / 25;

/// One fill.
pub(in super::super) struct Execution {
    /// Microseconds since 1970 UTC.
    pub(in super::super) at: i64,
    /// Place in [`INSTRUMENTS`](super::INSTRUMENTS).
    pub(in super::super) instrument: usize,
    /// 1 for BUY, -1 for SELL.
    pub(in super::super) side: i8,
    pub(in super::super) quantity: f64,
    pub(in super::super) price: f64,
    pub(in super::super) realized_pnl: f64,
    /// Account value before the fill.
    pub(in super::super) equity: f64,
    /// Number of the trader's order, from 1.
    pub(in super::super) order: u32,
}

/// A position from opening to closing.
#[derive(Clone, Copy)]
pub(super) struct Trade {
    pub(super) instrument: usize,
    pub(super) notional: f64,
    /// Minutes until it is closed.
    pub(super) holding: f64,
    /// Return on the notional.
    pub(super) outcome: f64,
}

/// One trader at work.
pub(super) struct Desk<'a> {
    pub(super) random: Random,
    pub(super) habits: Habits,
    /// Time of the next order, microseconds since 1970 UTC.
    pub(super) now: i64,
    pub(super) equity: f64,
    pub(super) executions: Vec<Execution>,
    stocks: &'a Stocks,
    orders: u32,
    pause: f64,
}

impl<'a> Desk<'a> {
    pub(super) fn new(random: Random, habits: Habits, stocks: &'a Stocks) -> Self {
        let equity = habits.equity;
        Self { random, habits, now: 0, equity, executions: Vec::new(), stocks, orders: 0, pause: 0.0 }
    }

    /// How many positions the trader opens on an ordinary day; some days are busier.
    pub(super) fn trades_today(&mut self) -> usize {
        let busy = if self.random.chance(0.12) { 1.35 } else { 1.0 };
        self.random.poisson(self.habits.trades * busy).clamp(3, (1.7 * self.habits.trades) as usize)
    }

    /// Comes to the desk, with `count` trades to spread over the hours.
    pub(super) fn begin_day(&mut self, open: i64, count: usize) {
        let hours = (self.habits.leaves_at - self.habits.comes_at) as f64;
        self.pause = (hours / count as f64 - 1.15 * self.habits.holding).max(1.5);
        self.now = open + self.habits.comes_at * MINUTE;
        self.wait(0.5, 15.0);
    }

    /// A position as usual, and a pause before the next.
    pub(super) fn ordinary_trade(&mut self) {
        let trade = self.usual();
        self.round_trip(&trade);
        let hasty = if self.random.chance(0.05) { 0.1 } else { 1.0 };
        let pause = hasty * self.pause * self.random.log_between(0.45, 1.9);
        self.wait(pause, pause);
    }

    /// A position as this trader usually takes; now and then somewhat larger for no reason.
    pub(super) fn usual(&mut self) -> Trade {
        let random = &mut self.random;
        let habits = &self.habits;
        let favourite = random.below(habits.familiar.len()).min(random.below(habits.familiar.len()));
        let bold = if random.chance(0.02) { 1.4 } else { 1.0 };
        let spread = habits.notional_spread * random.normal().clamp(-2.0, 2.0);
        let size = habits.outcome * (0.3 + 0.8 * random.normal().abs().min(2.5));
        let won = random.chance(habits.win_rate);
        Trade {
            instrument: habits.familiar[favourite],
            notional: habits.notional * bold * libm::exp(spread),
            holding: habits.holding * random.log_between(0.5, 2.0),
            outcome: if won { size } else { -size },
        }
    }

    /// Opens, holds and closes, sometimes in two steps.
    pub(super) fn round_trip(&mut self, trade: &Trade) {
        let side = if self.random.chance(0.5) { 1 } else { -1 };
        let entry = to_places(self.stocks.price(trade.instrument, self.now), 1e4);
        let quantity = (trade.notional / entry).round().max(1.0);
        self.order(trade.instrument, side, quantity, entry, None);
        self.wait(trade.holding, trade.holding);
        let exit = to_places(entry * (1.0 + f64::from(side) * trade.outcome), 1e4);
        let gain = f64::from(side) * (exit - entry);
        let half = (quantity / 2.0).floor();
        if half >= 1.0 && self.random.chance(0.1) {
            self.order(trade.instrument, -side, half, exit, Some(gain));
            self.wait(0.2, 1.0);
            self.order(trade.instrument, -side, quantity - half, exit, Some(gain));
        } else {
            self.order(trade.instrument, -side, quantity, exit, Some(gain));
        }
    }

    /// Lets a random time between `low` and `high` minutes pass.
    pub(super) fn wait(&mut self, low: f64, high: f64) {
        let minutes = self.random.between(low, high);
        self.now += (minutes * MINUTE as f64) as i64;
    }

    /// Time of the last fill.
    pub(super) fn last_fill(&self) -> i64 {
        self.executions.last().map_or(self.now, |fill| fill.at)
    }

    /// An order, filled at once or in two to four parts; `gain` per unit if it closes.
    fn order(&mut self, instrument: usize, side: i8, quantity: f64, price: f64, gain: Option<f64>) {
        self.orders += 1;
        let parts = if self.random.chance(0.2) { self.random.whole(2, 4) as f64 } else { 1.0 };
        let part = (quantity / parts).floor();
        let sizes = if part < 1.0 { vec![quantity] } else { shares(quantity, part, parts as usize) };
        for (number, size) in sizes.into_iter().enumerate() {
            self.now += if number == 0 { 0 } else { BETWEEN_FILLS };
            let realized_pnl = to_places(gain.unwrap_or(0.0) * size, 1e2);
            let equity = self.equity;
            let order = self.orders;
            self.executions.push(Execution {
                at: self.now,
                instrument,
                side,
                quantity: size,
                price,
                realized_pnl,
                equity,
                order,
            });
            self.equity = to_places(self.equity + realized_pnl, 1e2);
        }
    }
}

/// Equal parts, what is left over in the last.
fn shares(quantity: f64, part: f64, parts: usize) -> Vec<f64> {
    let mut sizes = vec![part; parts];
    sizes[parts - 1] = quantity - part * (parts - 1) as f64;
    sizes
}

fn to_places(value: f64, places: f64) -> f64 {
    (value * places).round() / places
}

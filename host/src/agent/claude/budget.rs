use std::sync::{Arc, Mutex, PoisonError};

use rust_decimal::Decimal;

use crate::{
    agent::{Failure, FailureKind, Usage},
    config::{AgentConfig, Prices},
    domain::time::{DAY, Timestamp},
};

/// Prices are for so many tokens.
const MILLION: i64 = 1_000_000;

/// Digits after the point that the database keeps.
const DIGITS: u32 = 8;

/// Tokens that the API may add to a request of its own, for the form of the answer; its documentation names some hundreds.
const ADDED_TOKENS: u64 = 1_000;

/// What a request cost, US dollars.
pub(super) fn cost(prices: &Prices, usage: &Usage) -> Decimal {
    let parts = [
        (usage.input_tokens, prices.input),
        (usage.output_tokens, prices.output),
        (usage.cache_creation_input_tokens, prices.cache_write),
        (usage.cache_read_input_tokens, prices.cache_read),
    ];
    let sum = parts.into_iter().fold(Decimal::ZERO, |sum, (tokens, price)| {
        sum.saturating_add(Decimal::from(tokens).saturating_mul(price.amount()))
    });
    (sum / Decimal::from(MILLION)).round_dp(DIGITS).normalize()
}

/// The most that a request of so many bytes can cost: a token is a byte at least.
pub(super) fn most(config: &AgentConfig, bytes: usize) -> Decimal {
    let tokens = ADDED_TOKENS.saturating_add(bytes as u64);
    let dearest = config.prices.input.max(config.prices.cache_write);
    let read = Decimal::from(tokens).saturating_mul(dearest.amount());
    let written = Decimal::from(config.max_tokens.get()).saturating_mul(config.prices.output.amount());
    read.saturating_add(written) / Decimal::from(MILLION)
}

/// What may be spent in a day (UTC), and what is spent or reserved of it.
pub(super) struct Budget {
    a_day: Decimal,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    day: i64,
    spent: Decimal,
    reserved: Decimal,
}

impl Budget {
    pub(super) fn new(a_day: Decimal) -> Self {
        Self { a_day, state: Mutex::default() }
    }

    /// Keeps `most` for one request, so that requests at the same time cannot overspend together.
    pub(super) fn reserve(self: &Arc<Self>, most: Decimal, now: Timestamp) -> Result<Reserved, Failure> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let day = now.0.div_euclid(DAY);
        if day != state.day {
            state.day = day;
            state.spent = Decimal::ZERO;
        }
        let taken = state.spent + state.reserved;
        if taken.saturating_add(most) > self.a_day {
            let reason = format!(
                "the budget of {} US dollars a day leaves {:.4}, and the request can cost {most:.4}",
                self.a_day,
                self.a_day - taken
            );
            return Err(Failure::new(FailureKind::Budget, reason));
        }
        state.reserved += most;
        Ok(Reserved { budget: self.clone(), most, cost: None })
    }
}

/// A part of the budget that one request holds. What it cost counts when this is dropped; where nobody knows, as after a
/// broken connection, all of it.
pub(super) struct Reserved {
    budget: Arc<Budget>,
    most: Decimal,
    cost: Option<Decimal>,
}

impl Reserved {
    /// Says what the request cost.
    pub(super) fn settle(mut self, cost: Option<Decimal>) {
        self.cost = cost;
    }
}

impl Drop for Reserved {
    fn drop(&mut self) {
        let mut state = self.budget.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.reserved -= self.most;
        state.spent += self.cost.unwrap_or(self.most);
    }
}

//! Rows as they were said, before anything is derived from them.

use super::input::Intake;
use crate::domain::{
    label::Label,
    names::Names,
    rows::{Bar, Signal},
};

/// What files or a generator bring; [`finish`](super::finish()) makes an [`Input`](super::Input) of it.
/// Rows may be in any order; those of equal time and subject stay in the order they have here.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    /// Symbols by id.
    pub symbols: Names,
    /// Traders by id.
    pub users: Names,
    /// Names of orders by id.
    pub orders: Names,
    /// Bars; `known_at`, `session` and `minute` are filled in later.
    pub bars: Vec<Bar>,
    /// Signals.
    pub signals: Vec<Signal>,
    /// Fills.
    pub fills: Vec<DraftFill>,
    /// Labels.
    pub labels: Vec<Label>,
    /// How reading went.
    pub intake: Intake,
}

/// One fill as it was reported.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DraftFill {
    /// Microseconds since 1970 UTC.
    pub at: i64,
    /// Id of the trader.
    pub user: u32,
    /// Id of the symbol.
    pub symbol: u32,
    /// 1 for BUY, -1 for SELL.
    pub side: i8,
    /// Units.
    pub quantity: f64,
    /// Quote currency.
    pub price: f64,
    /// Quote currency; NaN where not known.
    pub realized_pnl: f64,
    /// Account value before the fill; NaN where not known.
    pub equity: f64,
    /// Id of its order's name; without one it is an order of its own.
    pub order: Option<u32>,
}

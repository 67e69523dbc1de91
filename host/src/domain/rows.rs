//! Rows of input. A value that is not known is NaN.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One market bar.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bar {
    /// Open time, microseconds since 1970 UTC.
    pub at: i64,
    /// Close time: when the bar is known, microseconds since 1970 UTC.
    pub known_at: i64,
    /// Id of the symbol.
    pub symbol: u32,
    /// Trading session of the symbol, counting up.
    pub session: u32,
    /// Minutes since the session began.
    pub minute: u32,
    /// Prices in the quote currency.
    pub open: f64,
    /// Highest price.
    pub high: f64,
    /// Lowest price.
    pub low: f64,
    /// Last price.
    pub close: f64,
    /// Units traded in the bar.
    pub volume: f64,
    /// Best bid at the bar's close.
    pub bid: f64,
    /// Best ask at the bar's close.
    pub ask: f64,
    /// Contracts.
    pub open_interest: f64,
    /// Annualised, as a fraction.
    pub implied_volatility: f64,
}

impl Bar {
    /// A bar of `symbol` at `at` of which nothing else is known yet.
    pub const fn unknown(symbol: u32, at: i64) -> Self {
        Self {
            at,
            known_at: at,
            symbol,
            session: 0,
            minute: 0,
            open: f64::NAN,
            high: f64::NAN,
            low: f64::NAN,
            close: f64::NAN,
            volume: f64::NAN,
            bid: f64::NAN,
            ask: f64::NAN,
            open_interest: f64::NAN,
            implied_volatility: f64::NAN,
        }
    }
}

/// What an algorithm wants to do. The discriminants are the plugin contract's codes; 0 is absent.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Serialize,
    Deserialize,
    JsonSchema,
    sqlx::Type,
    async_graphql::Enum,
    utoipa::ToSchema,
)]
#[serde(rename_all = "UPPERCASE")]
#[sqlx(type_name = "vote", rename_all = "UPPERCASE")]
pub enum Vote {
    /// Go short or get out.
    Sell = 1,
    /// Do nothing; a vote, unlike an absent signal.
    Hold = 2,
    /// Go long.
    Buy = 3,
}

/// One algorithm's opinion about one symbol.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Signal {
    /// When it is known, microseconds since 1970 UTC.
    pub at: i64,
    /// Id of the symbol.
    pub symbol: u32,
    /// Id of the user it was made for, if any.
    pub user: Option<u32>,
    /// Seat of the algorithm in [`ALGORITHMS`](super::family::ALGORITHMS).
    pub seat: u8,
    /// What it wants.
    pub vote: Vote,
    /// 0 to 1.
    pub confidence: f64,
}

/// One fill of a trader's order.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fill {
    /// Microseconds since 1970 UTC.
    pub at: i64,
    /// Id of the trader.
    pub user: u32,
    /// The trader's day, counting up (days since 1970 in the configured time zone).
    pub day: u32,
    /// Minute of that day.
    pub minute: u32,
    /// Id of the order; a fill without one is an order of its own.
    pub order: u32,
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
    /// Signed net units in this symbol after the fill.
    pub position: f64,
    /// Absolute net position after the fill, at last fill prices, summed over symbols.
    pub exposure: f64,
}

//! Plain rows.

use host::{
    domain::{
        rows::Vote,
        time::{MINUTE, Timestamp},
        vocabulary::TradeSide,
    },
    store::rows::{Bar, Signal, Trade},
};
use rust_decimal::Decimal;

/// 2026-01-05T03:45:00Z.
pub(crate) const OPENING: i64 = 1_767_584_700_000_000;

pub(crate) fn minute(minute: i64) -> Timestamp {
    Timestamp(OPENING + minute * MINUTE)
}

pub(crate) fn bar(symbol: &str, at: i64) -> Bar {
    Bar {
        symbol: symbol.to_owned(),
        at: minute(at),
        open: None,
        high: None,
        low: None,
        close: Decimal::from(100),
        volume: None,
        bid: None,
        ask: None,
        open_interest: None,
        implied_volatility: None,
    }
}

pub(crate) fn trade(at: i64, fill: Option<&str>) -> Trade {
    Trade {
        user_id: "asha".to_owned(),
        symbol: "NIFTY".to_owned(),
        at: minute(at),
        side: TradeSide::Buy,
        quantity: Decimal::ONE,
        price: Decimal::from(100),
        realized_pnl: None,
        equity: None,
        order_id: None,
        fill_id: fill.map(str::to_owned),
    }
}

pub(crate) fn signal(algorithm: &str, at: i64) -> Signal {
    Signal {
        symbol: "NIFTY".to_owned(),
        algorithm: algorithm.to_owned(),
        user_id: None,
        at: minute(at),
        vote: Vote::Buy,
        confidence: 0.9,
    }
}

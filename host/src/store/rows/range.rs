//! Stored rows of a stretch of time, for those who go through them once more.

use super::{Bar, Signal, Trade};
use crate::{
    domain::time::Timestamp,
    store::{Store, error::Result},
};

/// Which rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Range {
    /// From this moment on.
    pub from: Timestamp,
    /// Before this moment.
    pub until: Timestamp,
    /// About these symbols, or about all.
    pub symbols: Option<Vec<String>>,
    /// Of these traders, or of all.
    pub users: Option<Vec<String>>,
    /// At most so many of each kind.
    pub most: i64,
}

/// How many rows there are of all kinds together; of each kind one more than [`Range::most`] at most are counted.
///
/// # Errors
///
/// If the database fails.
pub async fn count_within(store: &Store, range: &Range) -> Result<i64> {
    let count = sqlx::query_scalar!(
        r#"SELECT (SELECT count(*) FROM (
                      SELECT FROM bars WHERE at >= $1 AND at < $2 AND ($3::text[] IS NULL OR symbol = ANY($3)) LIMIT $5
                  ) AS bars)
                + (SELECT count(*) FROM (
                      SELECT FROM signals WHERE at >= $1 AND at < $2 AND ($3::text[] IS NULL OR symbol = ANY($3)) LIMIT $5
                  ) AS signals)
                + (SELECT count(*) FROM (
                      SELECT FROM trades WHERE at >= $1 AND at < $2 AND ($4::text[] IS NULL OR user_id = ANY($4)) LIMIT $5
                  ) AS trades) AS "count!""#,
        range.from as Timestamp,
        range.until as Timestamp,
        range.symbols.as_deref(),
        range.users.as_deref(),
        range.most.saturating_add(1),
    );
    Ok(count.fetch_one(store.pool()).await?)
}

/// Bars by time and symbol.
///
/// # Errors
///
/// If the database fails.
pub async fn bars_within(store: &Store, range: &Range) -> Result<Vec<Bar>> {
    let bars = sqlx::query_as!(
        Bar,
        r#"SELECT symbol, at, open, high, low, close, volume, bid, ask, open_interest, implied_volatility
           FROM bars WHERE at >= $1 AND at < $2 AND ($3::text[] IS NULL OR symbol = ANY($3))
           ORDER BY at, symbol LIMIT $4"#,
        range.from as Timestamp,
        range.until as Timestamp,
        range.symbols.as_deref(),
        range.most,
    );
    Ok(bars.fetch_all(store.pool()).await?)
}

/// Signals by time and symbol.
///
/// # Errors
///
/// If the database fails.
pub async fn signals_within(store: &Store, range: &Range) -> Result<Vec<Signal>> {
    let signals = sqlx::query_as!(
        Signal,
        r#"SELECT symbol, algorithm, user_id, at, vote, confidence
           FROM signals WHERE at >= $1 AND at < $2 AND ($3::text[] IS NULL OR symbol = ANY($3))
           ORDER BY at, symbol, algorithm, user_id LIMIT $4"#,
        range.from as Timestamp,
        range.until as Timestamp,
        range.symbols.as_deref(),
        range.most,
    );
    Ok(signals.fetch_all(store.pool()).await?)
}

/// Trades by time and trader, of one moment in the order in which they came.
///
/// # Errors
///
/// If the database fails.
pub async fn trades_within(store: &Store, range: &Range) -> Result<Vec<Trade>> {
    let trades = sqlx::query_as!(
        Trade,
        r#"SELECT user_id, symbol, at, side, quantity, price, realized_pnl, equity, order_id, fill_id
           FROM trades WHERE at >= $1 AND at < $2 AND ($3::text[] IS NULL OR user_id = ANY($3))
           ORDER BY at, user_id, sequence LIMIT $4"#,
        range.from as Timestamp,
        range.until as Timestamp,
        range.users.as_deref(),
        range.most,
    );
    Ok(trades.fetch_all(store.pool()).await?)
}

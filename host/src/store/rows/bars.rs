use std::collections::HashSet;

use futures::{Stream, TryStreamExt as _};
use rust_decimal::Decimal;

use super::{Reach, days};
use crate::{
    domain::time::Timestamp,
    store::{
        Store,
        change::Change,
        columns::column,
        error::{Result, StoreError},
    },
};

/// A market bar. What is `None` is not known.
#[derive(Clone, Debug, PartialEq)]
pub struct Bar {
    /// Symbol.
    pub symbol: String,
    /// Open time.
    pub at: Timestamp,
    /// First price in the quote currency.
    pub open: Option<Decimal>,
    /// Highest price.
    pub high: Option<Decimal>,
    /// Lowest price.
    pub low: Option<Decimal>,
    /// Last price.
    pub close: Decimal,
    /// Units traded in the bar.
    pub volume: Option<Decimal>,
    /// Best bid at the bar's close.
    pub bid: Option<Decimal>,
    /// Best ask at the bar's close.
    pub ask: Option<Decimal>,
    /// Contracts.
    pub open_interest: Option<Decimal>,
    /// Annualised, as a fraction.
    pub implied_volatility: Option<f64>,
}

/// Keeps bars, and answers how many are new: of one symbol and time there is one bar, the first.
///
/// # Errors
///
/// [`RowsError::TooManyDays`](super::RowsError::TooManyDays), or the database fails.
pub async fn insert_bars(change: &mut Change<'_>, bars: &[Bar]) -> Result<u64> {
    days::make_room(change, "bars", bars.iter().map(|bar| bar.at)).await?;
    let known = |value: fn(&Bar) -> Option<Decimal>| column(bars, value);
    let inserted = sqlx::query!(
        "INSERT INTO bars
             (symbol, at, open, high, low, close, volume, bid, ask, open_interest, implied_volatility)
         SELECT * FROM UNNEST($1::text[], $2::timestamptz[], $3::numeric[], $4::numeric[], $5::numeric[],
                              $6::numeric[], $7::numeric[], $8::numeric[], $9::numeric[], $10::numeric[],
                              $11::float8[])
                       AS new (symbol, at)
         ORDER BY symbol, at
         ON CONFLICT DO NOTHING",
        &column(bars, |bar| bar.symbol.clone()),
        &column(bars, |bar| bar.at) as &[Timestamp],
        &known(|bar| bar.open) as &[Option<Decimal>],
        &known(|bar| bar.high) as &[Option<Decimal>],
        &known(|bar| bar.low) as &[Option<Decimal>],
        &column(bars, |bar| bar.close),
        &known(|bar| bar.volume) as &[Option<Decimal>],
        &known(|bar| bar.bid) as &[Option<Decimal>],
        &known(|bar| bar.ask) as &[Option<Decimal>],
        &known(|bar| bar.open_interest) as &[Option<Decimal>],
        &column(bars, |bar| bar.implied_volatility.filter(|value| value.is_finite())) as &[Option<f64>],
    );
    let inserted = inserted.execute(change.connection()).await;
    days::checked(change, inserted)
}

/// The last bars of a symbol, oldest first.
///
/// # Errors
///
/// If the database fails.
pub fn recent_bars<'a>(
    store: &'a Store,
    symbol: &'a str,
    reach: Reach,
) -> impl Stream<Item = Result<Bar>> + 'a {
    sqlx::query_as!(
        Bar,
        r#"SELECT symbol AS "symbol!", at AS "at!", open, high, low, close AS "close!", volume, bid, ask,
                  open_interest, implied_volatility
           FROM (
               SELECT * FROM bars WHERE symbol = $1 AND at >= COALESCE($2::timestamptz, '-infinity')
               ORDER BY at DESC LIMIT GREATEST($3::bigint, 0)
           ) AS recent
           ORDER BY at"#,
        symbol,
        reach.since as Option<Timestamp>,
        reach.rows,
    )
    .fetch(store.pool())
    .map_err(StoreError::from)
}

/// Those of these bars that are kept: symbol and time.
///
/// # Errors
///
/// If the database fails.
pub async fn known_bars(store: &Store, bars: &[&Bar]) -> Result<HashSet<(String, Timestamp)>> {
    let known = sqlx::query!(
        r#"SELECT symbol, at AS "at: Timestamp"
           FROM bars JOIN UNNEST($1::text[], $2::timestamptz[]) AS asked (symbol, at) USING (symbol, at)"#,
        &column(bars, |bar| bar.symbol.as_str()) as &[&str],
        &column(bars, |bar| bar.at) as &[Timestamp],
    );
    Ok(known.fetch_all(store.pool()).await?.into_iter().map(|row| (row.symbol, row.at)).collect())
}

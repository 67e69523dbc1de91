use std::collections::HashSet;

use futures::{Stream, TryStreamExt as _};
use rust_decimal::Decimal;

use super::{Reach, days};
use crate::{
    domain::{time::Timestamp, vocabulary::TradeSide},
    store::{
        Store,
        change::Change,
        columns::column,
        error::{Result, StoreError},
    },
};

/// One fill of a trader's order. What is `None` is not known.
#[derive(Clone, Debug, PartialEq)]
pub struct Trade {
    /// The trader.
    pub user_id: String,
    /// Symbol.
    pub symbol: String,
    /// When.
    pub at: Timestamp,
    /// Side.
    pub side: TradeSide,
    /// Units.
    pub quantity: Decimal,
    /// Quote currency.
    pub price: Decimal,
    /// Quote currency.
    pub realized_pnl: Option<Decimal>,
    /// Account value before the fill.
    pub equity: Option<Decimal>,
    /// The order; a fill without one is an order of its own.
    pub order_id: Option<String>,
    /// Tells a fill that is told again from another one that is equal.
    pub fill_id: Option<String>,
}

/// Keeps trades, and answers how many are new: a fill whose trader, time and fill id are those of an earlier one is that
/// one. Equal fills without fill ids are different fills.
///
/// # Errors
///
/// [`RowsError::TooManyDays`](super::RowsError::TooManyDays); or the database fails, as it does for a quantity that is
/// not positive.
pub async fn insert_trades(change: &mut Change<'_>, trades: &[Trade]) -> Result<u64> {
    days::make_room(change, "trades", trades.iter().map(|trade| trade.at)).await?;
    let inserted = sqlx::query!(
        "INSERT INTO trades
             (user_id, symbol, at, side, quantity, price, realized_pnl, equity, order_id, fill_id)
         SELECT user_id, symbol, at, side, quantity, price, realized_pnl, equity, order_id, fill_id
         FROM UNNEST($1::text[], $2::text[], $3::timestamptz[], $4::trade_side[], $5::numeric[], $6::numeric[],
                     $7::numeric[], $8::numeric[], $9::text[], $10::text[]) WITH ORDINALITY
             AS new (user_id, symbol, at, side, quantity, price, realized_pnl, equity, order_id, fill_id, line)
         ORDER BY user_id, at, line
         ON CONFLICT DO NOTHING",
        &column(trades, |trade| trade.user_id.clone()),
        &column(trades, |trade| trade.symbol.clone()),
        &column(trades, |trade| trade.at) as &[Timestamp],
        &column(trades, |trade| trade.side) as &[TradeSide],
        &column(trades, |trade| trade.quantity),
        &column(trades, |trade| trade.price),
        &column(trades, |trade| trade.realized_pnl) as &[Option<Decimal>],
        &column(trades, |trade| trade.equity) as &[Option<Decimal>],
        &column(trades, |trade| trade.order_id.clone()) as &[Option<String>],
        &column(trades, |trade| trade.fill_id.clone()) as &[Option<String>],
    );
    let inserted = inserted.execute(change.connection()).await;
    days::checked(change, inserted)
}

/// The last trades of a trader, oldest first, of one moment in the order in which they came.
///
/// # Errors
///
/// If the database fails.
pub fn recent_trades<'a>(
    store: &'a Store,
    user_id: &'a str,
    reach: Reach,
) -> impl Stream<Item = Result<Trade>> + 'a {
    sqlx::query_as!(
        Trade,
        r#"SELECT user_id AS "user_id!", symbol AS "symbol!", at AS "at!", side AS "side!", quantity AS "quantity!",
                  price AS "price!", realized_pnl, equity, order_id, fill_id
           FROM (
               SELECT * FROM trades WHERE user_id = $1 AND at >= COALESCE($2::timestamptz, '-infinity')
               ORDER BY at DESC, sequence DESC LIMIT GREATEST($3::bigint, 0)
           ) AS recent
           ORDER BY at, sequence"#,
        user_id,
        reach.since as Option<Timestamp>,
        reach.rows,
    )
    .fetch(store.pool())
    .map_err(StoreError::from)
}

/// Those of these trades that are kept: trader, time and fill id.
///
/// # Errors
///
/// If the database fails.
pub async fn known_trades(store: &Store, trades: &[&Trade]) -> Result<HashSet<(String, Timestamp, String)>> {
    let known = sqlx::query!(
        r#"SELECT user_id, at AS "at: Timestamp", fill_id AS "fill_id!"
           FROM trades
           JOIN UNNEST($1::text[], $2::timestamptz[], $3::text[]) AS asked (user_id, at, fill_id)
               USING (user_id, at, fill_id)"#,
        &column(trades, |trade| trade.user_id.as_str()) as &[&str],
        &column(trades, |trade| trade.at) as &[Timestamp],
        &column(trades, |trade| trade.fill_id.as_deref()) as &[Option<&str>],
    );
    let known = known.fetch_all(store.pool()).await?;
    Ok(known.into_iter().map(|row| (row.user_id, row.at, row.fill_id)).collect())
}

/// What a trader holds in a symbol, as far as the trades that are kept say.
#[derive(Clone, Debug, PartialEq)]
pub struct Position {
    /// Symbol.
    pub symbol: String,
    /// Signed net units.
    pub quantity: Decimal,
    /// Of the last fill, quote currency.
    pub price: Decimal,
}

/// What a trader held just before a moment.
///
/// # Errors
///
/// If the database fails.
pub async fn positions(store: &Store, user_id: &str, before: Timestamp) -> Result<Vec<Position>> {
    let positions = sqlx::query_as!(
        Position,
        r#"SELECT symbol, sum(CASE side WHEN 'BUY' THEN quantity ELSE -quantity END) AS "quantity!",
                  (array_agg(price ORDER BY at DESC, sequence DESC))[1] AS "price!"
           FROM trades WHERE user_id = $1 AND at < $2
           GROUP BY symbol HAVING sum(CASE side WHEN 'BUY' THEN quantity ELSE -quantity END) <> 0
           ORDER BY symbol"#,
        user_id,
        before as Timestamp,
    );
    Ok(positions.fetch_all(store.pool()).await?)
}

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
    /// Tells fills apart that are otherwise equal.
    pub fill_id: Option<String>,
}

/// Keeps trades, and answers how many are new. Fills of one trader, time, symbol, order, fill id, side, quantity and
/// price are one fill, so those that are equal in the rest need fill ids.
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
    Ok(inserted.execute(change.connection()).await?.rows_affected())
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

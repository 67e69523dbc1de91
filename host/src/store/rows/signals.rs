use std::collections::HashSet;

use futures::{Stream, TryStreamExt as _};

use super::{Reach, days};
use crate::{
    domain::{rows::Vote, time::Timestamp},
    store::{
        Store,
        change::Change,
        columns::column,
        error::{Result, StoreError},
    },
};

/// One algorithm's opinion about one symbol.
#[derive(Clone, Debug, PartialEq)]
pub struct Signal {
    /// Symbol.
    pub symbol: String,
    /// Name of the algorithm.
    pub algorithm: String,
    /// The user it was made for, if any.
    pub user_id: Option<String>,
    /// When it is known.
    pub at: Timestamp,
    /// What it wants.
    pub vote: Vote,
    /// 0 to 1.
    pub confidence: f64,
}

/// Keeps signals, and answers how many are new: of one symbol, time, algorithm and user there is one signal, the
/// first.
///
/// # Errors
///
/// [`RowsError::TooManyDays`](super::RowsError::TooManyDays); or the database fails, as it does for a confidence
/// outside 0 to 1.
pub async fn insert_signals(change: &mut Change<'_>, signals: &[Signal]) -> Result<u64> {
    days::make_room(change, "signals", signals.iter().map(|signal| signal.at)).await?;
    let inserted = sqlx::query!(
        "INSERT INTO signals (symbol, algorithm, user_id, at, vote, confidence)
         SELECT * FROM UNNEST($1::text[], $2::text[], $3::text[], $4::timestamptz[], $5::vote[], $6::float8[])
                       AS new (symbol, algorithm, user_id, at, vote, confidence)
         ORDER BY symbol, at, algorithm, user_id
         ON CONFLICT DO NOTHING",
        &column(signals, |signal| signal.symbol.clone()),
        &column(signals, |signal| signal.algorithm.clone()),
        &column(signals, |signal| signal.user_id.clone()) as &[Option<String>],
        &column(signals, |signal| signal.at) as &[Timestamp],
        &column(signals, |signal| signal.vote) as &[Vote],
        &column(signals, |signal| signal.confidence),
    );
    let inserted = inserted.execute(change.connection()).await;
    days::checked(change, inserted)
}

/// The last signals about a symbol, oldest first, of one moment by algorithm and user.
///
/// # Errors
///
/// If the database fails.
pub fn recent_signals<'a>(
    store: &'a Store,
    symbol: &'a str,
    reach: Reach,
) -> impl Stream<Item = Result<Signal>> + 'a {
    sqlx::query_as!(
        Signal,
        r#"SELECT symbol AS "symbol!", algorithm AS "algorithm!", user_id, at AS "at!", vote AS "vote!",
                  confidence AS "confidence!"
           FROM (
               SELECT * FROM signals WHERE symbol = $1 AND at >= COALESCE($2::timestamptz, '-infinity')
               ORDER BY at DESC, algorithm DESC, user_id DESC LIMIT GREATEST($3::bigint, 0)
           ) AS recent
           ORDER BY at, algorithm, user_id"#,
        symbol,
        reach.since as Option<Timestamp>,
        reach.rows,
    )
    .fetch(store.pool())
    .map_err(StoreError::from)
}

/// Those of these signals that are kept, by their place among these.
///
/// # Errors
///
/// If the database fails.
pub async fn known_signals(store: &Store, signals: &[&Signal]) -> Result<HashSet<usize>> {
    let known = sqlx::query_scalar!(
        r#"SELECT asked.place AS "place!"
           FROM UNNEST($1::text[], $2::text[], $3::text[], $4::timestamptz[])
               WITH ORDINALITY AS asked (symbol, algorithm, user_id, at, place)
           JOIN signals ON signals.symbol = asked.symbol AND signals.at = asked.at
               AND signals.algorithm = asked.algorithm AND signals.user_id IS NOT DISTINCT FROM asked.user_id"#,
        &column(signals, |signal| signal.symbol.as_str()) as &[&str],
        &column(signals, |signal| signal.algorithm.as_str()) as &[&str],
        &column(signals, |signal| signal.user_id.as_deref()) as &[Option<&str>],
        &column(signals, |signal| signal.at) as &[Timestamp],
    );
    let known = known.fetch_all(store.pool()).await?;
    Ok(known.into_iter().filter_map(|place| usize::try_from(place - 1).ok()).collect())
}

/// Symbols about which algorithms spoke lately, at most so many: within so long of the newest signal of all,
/// microseconds.
///
/// # Errors
///
/// If the database fails.
pub async fn signalled_lately(store: &Store, span: i64, most: i64) -> Result<Vec<String>> {
    let newest = sqlx::query_scalar!(r#"SELECT max(at) AS "newest: Timestamp" FROM signals"#);
    let Some(newest) = newest.fetch_one(store.pool()).await? else { return Ok(Vec::new()) };
    let symbols = sqlx::query_scalar!(
        "SELECT DISTINCT symbol FROM signals WHERE at >= $1 ORDER BY symbol LIMIT $2",
        Timestamp(newest.0 - span) as Timestamp,
        most,
    );
    Ok(symbols.fetch_all(store.pool()).await?)
}

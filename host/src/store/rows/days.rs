use std::{
    collections::BTreeSet,
    sync::{Mutex, PoisonError},
};

use sqlx::{Connection as _, PgConnection, postgres::PgQueryResult};

use crate::{
    domain::time::{DAY, Timestamp},
    store::{
        Store,
        change::Change,
        error::{Result, StoreError},
    },
};

/// Most UTC days that rows of one call may be of.
pub const MOST_DAYS: usize = 64;

/// Longest that a table's use is waited for.
const LOCK_TIMEOUT: &str = "2s";

/// The database's error code for a lock that was not to be had in time.
const LOCK_NOT_AVAILABLE: &str = "55P03";

/// Why rows are not kept or removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RowsError {
    /// Rows of too many days at once.
    #[error("rows of {0} days at once; insert those of at most {MOST_DAYS} at a time")]
    TooManyDays(usize),
    /// Detectors would not find the rows that they need to warm up.
    #[error(
        "{keep_days} days are less than the {warm_up_days} that detectors need to warm up; keep at least these"
    )]
    TooShort {
        /// Days to be kept.
        keep_days: u16,
        /// Days that the longest warm-up needs.
        warm_up_days: u16,
    },
    /// Tables are in use.
    #[error("rows could not be removed, since they are in use; try again when less is going on")]
    InUse,
}

/// Most days that are remembered to have room.
const REMEMBERED: usize = 4_096;

/// Days that have room, as far as this host knows: table and days since 1970. Another host may have removed one since
/// then; who cannot write a row [forgets](Self::forget) them.
#[derive(Debug, Default)]
pub(in crate::store) struct KnownDays(Mutex<BTreeSet<(&'static str, i32)>>);

impl KnownDays {
    fn unknown(&self, table: &'static str, mut days: BTreeSet<i32>) -> Vec<i32> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        days.retain(|day| !known.contains(&(table, *day)));
        days.into_iter().collect()
    }

    fn remember(&self, table: &'static str, days: Vec<i32>) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() + days.len() > REMEMBERED {
            known.clear();
        }
        known.extend(days.into_iter().map(|day| (table, day)));
    }

    fn forget(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

/// Cuts rows into stretches of few enough days.
pub(super) fn few_at_a_time<R>(rows: &[R], at: fn(&R) -> Timestamp) -> impl Iterator<Item = &[R]> {
    let mut rest = rows;
    std::iter::from_fn(move || {
        let mut days = BTreeSet::new();
        let is_of_more = |row: &R| {
            days.insert(at(row).0.div_euclid(DAY));
            days.len() > MOST_DAYS
        };
        let (few, more) = rest.split_at(rest.iter().position(is_of_more).unwrap_or(rest.len()));
        rest = more;
        (!few.is_empty()).then_some(few)
    })
}

/// Makes room for rows of these times, if there is none, in a transaction of its own: who needs the same room does not
/// wait for the change. The connection is not of the pool, whose last one the change may have.
pub(super) async fn make_room(
    change: &mut Change<'_>,
    table: &'static str,
    times: impl Iterator<Item = Timestamp>,
) -> Result<()> {
    let days: BTreeSet<i32> = times.map(|at| at.0.div_euclid(DAY) as i32).collect();
    if days.len() > MOST_DAYS {
        return Err(RowsError::TooManyDays(days.len()).into());
    }
    let unknown = change.store().days.unknown(table, days);
    if unknown.is_empty() {
        return Ok(());
    }
    let missing = sqlx::query_scalar!(
        r#"SELECT day AS "day!" FROM UNNEST($2::int4[]) AS day
           WHERE to_regclass($1 || to_char(date '1970-01-01' + day, '_YYYYMMDD')) IS NULL"#,
        table,
        &unknown,
    )
    .fetch_all(change.connection())
    .await?;
    if !missing.is_empty() {
        add_days(change, table, &missing).await?;
    }
    change.store().days.remember(table, unknown);
    Ok(())
}

/// How many rows were written. If they were not, a day may have been removed meanwhile.
pub(super) fn checked(change: &Change<'_>, written: sqlx::Result<PgQueryResult>) -> Result<u64> {
    match written {
        Ok(written) => Ok(written.rows_affected()),
        Err(error) => {
            change.store().days.forget();
            Err(error.into())
        }
    }
}

async fn add_days(change: &Change<'_>, table: &str, missing: &[i32]) -> Result<()> {
    let mut connection = PgConnection::connect_with(&change.store().pool().connect_options()).await?;
    sqlx::query!(
        "SELECT count(*) FROM UNNEST($2::int4[]) AS day,
              LATERAL add_day($1::text::regclass, date '1970-01-01' + day)",
        table,
        missing,
    )
    .fetch_one(&mut connection)
    .await?;
    connection.close().await?;
    Ok(())
}

/// What was removed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pruned {
    /// Days of bars.
    pub bars: i32,
    /// Days of signals.
    pub signals: i32,
    /// Days of trades.
    pub trades: i32,
    /// Rows that a detector could not take.
    pub skipped: u64,
}

/// Removes rows older than so many whole UTC days before today. Each table is emptied in a transaction of its own, and
/// what is removed stays removed when a later one fails.
///
/// # Errors
///
/// [`RowsError::TooShort`] if detectors need more days to warm up, [`RowsError::InUse`] if others hold a table for
/// long, or the database fails.
pub async fn prune(store: &Store, keep_days: u16, warm_up_days: u16, now: Timestamp) -> Result<Pruned> {
    if keep_days < warm_up_days {
        return Err(RowsError::TooShort { keep_days, warm_up_days }.into());
    }
    let first = now.0.div_euclid(DAY) as i32 - i32::from(keep_days);
    let pruned = Pruned {
        bars: drop_days(store, "bars", first).await?,
        signals: drop_days(store, "signals", first).await?,
        trades: drop_days(store, "trades", first).await?,
        skipped: delete_skipped(store, Timestamp(i64::from(first) * DAY)).await?,
    };
    store.days.forget();
    Ok(pruned)
}

async fn drop_days(store: &Store, table: &str, first: i32) -> Result<i32> {
    let mut transaction = store.pool().begin().await?;
    sqlx::query!("SELECT set_config('lock_timeout', $1, true)", LOCK_TIMEOUT)
        .fetch_one(&mut *transaction)
        .await?;
    let dropped = sqlx::query_scalar!(
        r#"SELECT drop_days_before($1::text::regclass, date '1970-01-01' + $2::int4) AS "days!""#,
        table,
        first,
    )
    .fetch_one(&mut *transaction)
    .await
    .map_err(in_use)?;
    transaction.commit().await?;
    Ok(dropped)
}

fn in_use(error: sqlx::Error) -> StoreError {
    let code = error.as_database_error().and_then(sqlx::error::DatabaseError::code);
    if code.is_some_and(|code| code == LOCK_NOT_AVAILABLE) { RowsError::InUse.into() } else { error.into() }
}

async fn delete_skipped(store: &Store, before: Timestamp) -> Result<u64> {
    let deleted = sqlx::query!("DELETE FROM skipped_rows WHERE recorded_at < $1", before as Timestamp);
    Ok(deleted.execute(store.pool()).await?.rows_affected())
}

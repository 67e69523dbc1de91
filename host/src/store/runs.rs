//! Recorded backtests: `backtest_runs`.

use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use crate::{
    domain::{time::Timestamp, vocabulary::BlockType},
    ledger::hash::Hash,
    store::{
        Store,
        change::{About, Change},
        error::Result,
        page::{Cursor, Page, Window},
    },
};

/// What a backtest was made from and what it gave, as digests: SHA-256, of canonical JSON (RFC 8785) where it is not
/// said otherwise.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct BacktestRun {
    /// Version 7.
    pub id: Uuid,
    /// When it was recorded.
    pub recorded_at: Timestamp,
    /// Of what files were read, or of what was generated.
    pub data_digest: Hash,
    /// Of names, versions and hashes of all components.
    pub plugins_digest: Hash,
    /// Of settings, calendars and time zone.
    pub settings_digest: Hash,
    /// Of the result's bytes.
    pub result_digest: Hash,
}

/// Records a run with its result, as `--out` writes it, and a block that says what `evidence` says besides.
///
/// # Errors
///
/// If the database fails, or a number is not finite.
pub async fn record(
    change: &mut Change<'_>,
    run: &BacktestRun,
    evidence: &Value,
    result: &[u8],
) -> Result<()> {
    sqlx::query!(
        "INSERT INTO backtest_runs
             (id, recorded_at, data_digest, plugins_digest, settings_digest, result_digest, result)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        run.id,
        run.recorded_at as Timestamp,
        run.data_digest as Hash,
        run.plugins_digest as Hash,
        run.settings_digest as Hash,
        run.result_digest as Hash,
        result,
    )
    .execute(change.connection())
    .await?;
    let about = About { backtest_run: Some(run.id), ..About::default() };
    change.note(BlockType::BacktestRecorded, &Noted { run, evidence }, about)
}

#[derive(Serialize)]
struct Noted<'a> {
    run: &'a BacktestRun,
    evidence: &'a Value,
}

/// Recorded runs, newest first.
///
/// # Errors
///
/// If the database fails.
pub async fn find(store: &Store, window: Window) -> Result<Page<BacktestRun>> {
    let runs = sqlx::query_as!(
        BacktestRun,
        r#"SELECT id, recorded_at, data_digest AS "data_digest: Hash", plugins_digest AS "plugins_digest: Hash",
                  settings_digest AS "settings_digest: Hash", result_digest AS "result_digest: Hash"
           FROM backtest_runs
           WHERE $1::timestamptz IS NULL OR (recorded_at, id) < ($1, $2::uuid)
           ORDER BY recorded_at DESC, id DESC LIMIT $3"#,
        window.at() as Option<Timestamp>,
        window.id(),
        window.rows(),
    );
    let items = runs.fetch_all(store.pool()).await?;
    Ok(Page::cut(items, window, |run| Cursor { at: run.recorded_at, id: run.id }))
}

/// One recorded run; `None` where there is no such run.
///
/// # Errors
///
/// If the database fails.
pub async fn get(store: &Store, id: Uuid) -> Result<Option<BacktestRun>> {
    let run = sqlx::query_as!(
        BacktestRun,
        r#"SELECT id, recorded_at, data_digest AS "data_digest: Hash", plugins_digest AS "plugins_digest: Hash",
                  settings_digest AS "settings_digest: Hash", result_digest AS "result_digest: Hash"
           FROM backtest_runs WHERE id = $1"#,
        id,
    );
    Ok(run.fetch_optional(store.pool()).await?)
}

/// The bytes of a recorded run's result; `None` where there is no such run.
///
/// # Errors
///
/// If the database fails.
pub async fn result(store: &Store, id: Uuid) -> Result<Option<Vec<u8>>> {
    let bytes = sqlx::query_scalar!("SELECT result FROM backtest_runs WHERE id = $1", id);
    Ok(bytes.fetch_optional(store.pool()).await?)
}

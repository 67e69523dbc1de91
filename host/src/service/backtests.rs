//! Recorded backtests.

use uuid::Uuid;

use super::{Platform, Result, ServiceError, page::Listed, views::BacktestRun};
use crate::{
    access::{Caller, Scope},
    store::{
        page::{Cursor, Window},
        runs,
    },
};

/// Recorded backtests, newest first.
///
/// # Errors
///
/// If the caller may not see them, or the database fails.
pub async fn list(platform: &Platform, caller: &Caller, window: Window) -> Result<Listed<BacktestRun>> {
    caller.check(Scope::Viewer)?;
    let page = runs::find(platform.store(), window).await?;
    Ok(Listed::of(page, |run| Cursor { at: run.recorded_at, id: run.id }))
}

/// One of them.
///
/// # Errors
///
/// If there is none of this id, the caller may not see it, or the database fails.
pub async fn get(platform: &Platform, caller: &Caller, id: Uuid) -> Result<BacktestRun> {
    caller.check(Scope::Viewer)?;
    let found = runs::get(platform.store(), id).await?;
    found.map(BacktestRun::from).ok_or_else(|| ServiceError::not_found("backtest", id))
}

/// The result of one, byte for byte as `host backtest --out` writes it: JSON of docs/result.schema.json.
///
/// # Errors
///
/// As of [`get`].
pub async fn result(platform: &Platform, caller: &Caller, id: Uuid) -> Result<Vec<u8>> {
    caller.check(Scope::Viewer)?;
    let found = runs::result(platform.store(), id).await?;
    found.ok_or_else(|| ServiceError::not_found("backtest", id))
}

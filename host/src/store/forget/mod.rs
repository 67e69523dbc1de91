//! Forgetting a person. What came in about them is deleted. What was concluded stays, since controls, statistics and
//! the ledger depend on it, but has the pseudonym where the name was, as the blocks have it already; and the secret
//! that led from the name to the pseudonym is deleted, so nothing leads back.

mod delete;
mod rename;

use serde::Serialize;

pub use delete::Deleted;
pub use rename::Renamed;

use super::{
    Store,
    change::{About, Change},
    error::Result,
    job_files, pseudonyms,
};
use crate::domain::vocabulary::BlockType;

/// A person who was forgotten.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Forgotten {
    /// What blocks and records call the person.
    pub pseudonym: String,
    /// How much is gone.
    pub deleted: Deleted,
    /// How much has another name in it.
    pub renamed: Renamed,
}

/// Forgets a user, with a block that has the pseudonym and counts; `None` where nothing is known of the user. Waits
/// for changes that are under way about the user. What comes in afterwards is about somebody new.
///
/// # Errors
///
/// If the database fails, or the machine has no randomness.
pub async fn forget(change: &mut Change<'_>, user_id: &str) -> Result<Option<Forgotten>> {
    let (pseudonym, was_known) = pseudonyms::take(change, user_id).await?;
    let deleted = delete::delete(change, user_id).await?;
    let renamed = rename::rename(change, user_id, &pseudonym).await?;
    if !was_known && deleted == Deleted::default() && renamed == Renamed::default() {
        return Ok(None);
    }
    // They may name the person in any spelling, and can be made again.
    job_files::delete_all(change).await?;
    let forgotten = Forgotten { pseudonym, deleted, renamed };
    change.note(BlockType::UserForgotten, &Noted { forgotten: &forgotten }, About::default())?;
    Ok(Some(forgotten))
}

#[derive(Serialize)]
struct Noted<'a> {
    forgotten: &'a Forgotten,
}

/// Frees the space of old versions of rows, and has the planner's samples taken anew: both may still have the name.
///
/// # Errors
///
/// If the database fails.
pub async fn vacuum(store: &Store) -> Result<()> {
    sqlx::query!(
        "VACUUM (ANALYZE) pseudonyms, trades, signals, skipped_rows, backtest_runs, notification_recipients,
             notification_deliveries, notifications, active_controls, action_executions, decision_revisions,
             anomaly_decisions, anomaly_detections, algorithm_conflicts, behavior_anomalies, block_references, jobs,
             job_files, outbox, idempotency_keys, idempotency_usage, api_keys, automation,
             uploads"
    )
    .execute(store.pool())
    .await?;
    Ok(())
}

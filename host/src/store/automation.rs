//! Whether hosts may act without a person, and how much they did: the row of `automation`.

use serde::Serialize;

use super::{
    Store,
    change::{About, Change},
    error::Result,
    pseudonyms,
};
use crate::domain::{time::Timestamp, vocabulary::BlockType};

/// Why nothing is done without a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Stop {
    /// Since when.
    pub at: Timestamp,
    /// Who stopped it.
    pub by: String,
    /// Why; names nobody, since decisions and blocks repeat it.
    pub reason: String,
}

/// What bounds automatic actions at a moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Automation {
    /// The switch.
    pub stop: Option<Stop>,
    /// How many automatic actions were asked for lately.
    pub recent: usize,
}

/// The switch, and how many automatic actions were asked for after `since`, counted up to `most`. Until the change ends nobody
/// else reads this here or turns the switch, so hosts that act at once never exceed a cap together. Among locks it comes
/// after decisions and before actions.
///
/// # Errors
///
/// If the database fails.
pub async fn lock(change: &mut Change<'_>, since: Timestamp, most: u32) -> Result<Automation> {
    let row = sqlx::query!(
        r#"SELECT stopped_at AS "stopped_at: Timestamp", stopped_by, reason, recent AS "recent!"
           FROM lock_automation($1, $2)"#,
        since as Timestamp,
        i64::from(most),
    )
    .fetch_one(change.connection())
    .await?;
    let recent = usize::try_from(row.recent).unwrap_or_default();
    Ok(Automation { stop: stop_of(row.stopped_at, row.stopped_by, row.reason), recent })
}

/// The switch as it is now.
///
/// # Errors
///
/// If the database fails.
pub async fn switch(store: &Store) -> Result<Option<Stop>> {
    let row =
        sqlx::query!("SELECT stopped_at, stopped_by, reason FROM automation").fetch_one(store.pool()).await?;
    Ok(stop_of(row.stopped_at, row.stopped_by, row.reason))
}

/// How many automatic actions were asked for after a moment.
///
/// # Errors
///
/// If the database fails.
pub async fn count(store: &Store, since: Timestamp) -> Result<i64> {
    let count = sqlx::query_scalar!(
        r#"SELECT count(*) AS "count!" FROM action_executions WHERE is_automatic AND requested_at > $1"#,
        since as Timestamp,
    );
    Ok(count.fetch_one(store.pool()).await?)
}

/// Stops automatic actions, with a block; waits for changes that are about to act. Says whether that is new: what is
/// stopped stays as it is.
///
/// # Errors
///
/// If the database fails.
pub async fn stop(change: &mut Change<'_>, by: &str, reason: &str) -> Result<bool> {
    let at = change.now();
    let stopped = sqlx::query!(
        "UPDATE automation SET stopped_at = $1, stopped_by = $2, reason = $3 WHERE stopped_at IS NULL",
        at as Timestamp,
        by,
        reason,
    )
    .execute(change.connection())
    .await?;
    let is_new = stopped.rows_affected() == 1;
    if is_new {
        note(change, BlockType::AutomationStopped, by, reason).await?;
    }
    Ok(is_new)
}

/// Lets automatic actions be done again, with a block. Says whether they were stopped.
///
/// # Errors
///
/// If the database fails.
pub async fn resume(change: &mut Change<'_>, by: &str, reason: &str) -> Result<bool> {
    let resumed = sqlx::query!(
        "UPDATE automation SET stopped_at = NULL, stopped_by = NULL, reason = NULL WHERE stopped_at IS NOT NULL"
    )
    .execute(change.connection())
    .await?;
    let is_new = resumed.rows_affected() == 1;
    if is_new {
        note(change, BlockType::AutomationResumed, by, reason).await?;
    }
    Ok(is_new)
}

async fn note(change: &mut Change<'_>, kind: BlockType, by: &str, reason: &str) -> Result<()> {
    let (at, mut by) = (change.now(), by.to_owned());
    pseudonyms::of(change, [by.clone()].into()).await?.replace([&mut by]);
    let automation = Stop { at, by, reason: reason.to_owned() };
    change.note(kind, &Noted { automation }, About::default())
}

#[derive(Serialize)]
struct Noted {
    automation: Stop,
}

fn stop_of(at: Option<Timestamp>, by: Option<String>, reason: Option<String>) -> Option<Stop> {
    Some(Stop { at: at?, by: by?, reason: reason? })
}

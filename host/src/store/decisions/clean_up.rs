use serde::Serialize;
use uuid::Uuid;

use crate::{
    domain::{time::Timestamp, vocabulary::BlockType},
    store::{
        change::{About, Change},
        error::Result,
        retention::{BATCH, Locked},
    },
};

/// What one clean-up removed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CleanedUp {
    /// Decisions made before this moment were to go.
    pub decided_before: Timestamp,
    /// Those removed, in the order of their ids.
    pub decisions: Vec<Uuid>,
    /// How many actions went with them.
    pub actions: i64,
}

/// Removes the oldest decisions, at most 1,000, of those made before a moment, with their revisions and actions, and
/// adds a block that says which; to be repeated until none is left. Pending ones, and those whose action has a
/// control in force, stay. Blocks about those removed stay too, without their links.
///
/// # Errors
///
/// If the database fails.
pub async fn delete_older_than(change: &mut Change<'_>, decided_before: Timestamp) -> Result<CleanedUp> {
    let now = change.now();
    let candidates = sqlx::query_scalar!(
        "SELECT id FROM anomaly_decisions AS decision
         WHERE decided_at < $1
           AND NOT EXISTS (SELECT FROM held_decisions AS held
                           WHERE held.id = decision.id AND (until IS NULL OR until > $2))
         ORDER BY decided_at, id
         LIMIT $3
         FOR UPDATE SKIP LOCKED",
        decided_before as Timestamp,
        now as Timestamp,
        BATCH,
    )
    .fetch_all(change.connection())
    .await?;
    let locked = Locked::actions_of(change, candidates.clone()).await?;
    let mut decisions = sqlx::query_scalar!(
        "DELETE FROM anomaly_decisions AS decision
         WHERE id = ANY($1) AND NOT EXISTS (SELECT FROM held_decisions AS held WHERE held.id = decision.id)
         RETURNING id",
        &candidates,
    )
    .fetch_all(change.connection())
    .await?;
    decisions.sort_unstable();
    let actions = locked.gone(change).await?.actions;
    let cleaned_up = CleanedUp { decided_before, decisions, actions };
    if !cleaned_up.decisions.is_empty() {
        change.note(BlockType::CleanedUp, &Noted { cleaned_up: &cleaned_up }, About::default())?;
    }
    Ok(cleaned_up)
}

#[derive(Serialize)]
struct Noted<'a> {
    cleaned_up: &'a CleanedUp,
}

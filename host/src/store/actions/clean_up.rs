use serde::Serialize;
use uuid::Uuid;

use crate::{
    domain::{time::Timestamp, vocabulary::BlockType},
    store::{
        change::{About, Change},
        error::Result,
        retention::BATCH,
    },
};

/// What one clean-up removed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CleanedUp {
    /// Actions asked for before this moment were to go.
    pub requested_before: Timestamp,
    /// Those removed, in the order of their ids.
    pub actions: Vec<Uuid>,
}

/// Removes the oldest actions, at most 1,000, of those asked for before a moment, and adds a block that says which; to
/// be repeated until none is left. Those that are not finished stay, and so do those whose control is in force or that
/// another change works on. Controls that have expired go with their action.
///
/// # Errors
///
/// If the database fails.
pub async fn delete_older_than(change: &mut Change<'_>, requested_before: Timestamp) -> Result<CleanedUp> {
    let now = change.now();
    let candidates = sqlx::query_scalar!(
        "SELECT id FROM action_executions AS action
         WHERE requested_at < $1 AND status <> 'PENDING'
           AND NOT EXISTS (SELECT FROM active_controls
                           WHERE action_id = action.id AND (expires_at IS NULL OR expires_at > $2))
         ORDER BY requested_at, id
         LIMIT $3
         FOR UPDATE SKIP LOCKED",
        requested_before as Timestamp,
        now as Timestamp,
        BATCH,
    )
    .fetch_all(change.connection())
    .await?;
    // Asked again now that they are locked and no control can be added.
    let mut actions = sqlx::query_scalar!(
        "WITH expired AS (
             DELETE FROM active_controls WHERE action_id = ANY($1) AND expires_at <= $2
         )
         DELETE FROM action_executions AS action
         WHERE id = ANY($1)
           AND NOT EXISTS (SELECT FROM active_controls
                           WHERE action_id = action.id AND (expires_at IS NULL OR expires_at > $2))
         RETURNING id",
        &candidates,
        now as Timestamp,
    )
    .fetch_all(change.connection())
    .await?;
    actions.sort_unstable();
    let cleaned_up = CleanedUp { requested_before, actions };
    if !cleaned_up.actions.is_empty() {
        change.note(BlockType::CleanedUp, &Noted { cleaned_up: &cleaned_up }, About::default())?;
    }
    Ok(cleaned_up)
}

#[derive(Serialize)]
struct Noted<'a> {
    cleaned_up: &'a CleanedUp,
}

use uuid::Uuid;

use super::{
    error::ActionError,
    record::{self, Action, actions},
};
use crate::{
    domain::{
        time::Timestamp,
        vocabulary::{ActionStatus, BlockType},
    },
    store::{change::Change, error::Result},
};

/// Records that an action was undone, by whom and why, with a block. Of several at once exactly one succeeds.
/// `None` if there is no such action.
///
/// # Errors
///
/// If it cannot be undone (any more), as [`ActionError`] says, or the database fails.
pub async fn mark_rolled_back(
    change: &mut Change<'_>,
    id: Uuid,
    by: &str,
    reason: &str,
) -> Result<Option<Action>> {
    let now = change.now();
    let action = actions!(
        "UPDATE action_executions AS action
         SET status = 'ROLLED_BACK', rolled_back_at = GREATEST(finished_at, $2), rolled_back_by = $3,
             rollback_reason = $4, rollback_error = NULL
         WHERE id = $1 AND status = 'SUCCEEDED' AND compensation IS NOT NULL
         RETURNING".."",
        id,
        now as Timestamp,
        by,
        reason,
    )
    .fetch_optional(change.connection())
    .await?;
    noted(change, BlockType::ActionRolledBack, id, action).await
}

/// Records that an action could not be undone, with a block; it stays what it was. `None` if there is no such
/// action.
///
/// # Errors
///
/// If it is not one that can be undone, as [`ActionError`] says, or the database fails.
pub async fn rollback_failed(change: &mut Change<'_>, id: Uuid, error: &str) -> Result<Option<Action>> {
    let action = actions!(
        "UPDATE action_executions AS action SET rollback_error = $2
         WHERE id = $1 AND status = 'SUCCEEDED' AND compensation IS NOT NULL
         RETURNING".."",
        id,
        error,
    )
    .fetch_optional(change.connection())
    .await?;
    noted(change, BlockType::ActionExecuted, id, action).await
}

async fn noted(
    change: &mut Change<'_>,
    kind: BlockType,
    id: Uuid,
    action: Option<Action>,
) -> Result<Option<Action>> {
    let Some(mut action) = action else { return refusal(change, id).await };
    record::note(change, kind, std::slice::from_mut(&mut action)).await?;
    Ok(Some(action))
}

async fn refusal<T>(change: &mut Change<'_>, id: Uuid) -> Result<Option<T>> {
    let status = sqlx::query_scalar!("SELECT status FROM action_executions WHERE id = $1", id)
        .fetch_optional(change.connection())
        .await?;
    match status {
        None => Ok(None),
        Some(ActionStatus::RolledBack) => Err(ActionError::RolledBack(id).into()),
        Some(ActionStatus::Succeeded) => Err(ActionError::NoCompensation(id).into()),
        Some(status) => Err(ActionError::NotDone { id, status }.into()),
    }
}

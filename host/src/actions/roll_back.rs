use uuid::Uuid;

use crate::{
    domain::time::Timestamp,
    store::{
        actions::{Action, mark_rolled_back},
        controls,
        error::Result,
        journal::Journal,
    },
};

/// Undoes an action: takes its control out of force, if it still is, and leaves those of other actions as they are.
/// `None` if there is no such action.
///
/// # Errors
///
/// If it is undone already, did not succeed or cannot be undone, as
/// [`ActionError`](crate::store::actions::ActionError) says; or the database fails.
pub async fn roll_back(
    journal: &Journal,
    id: Uuid,
    by: &str,
    reason: &str,
    now: Timestamp,
) -> Result<Option<Action>> {
    let mut change = journal.begin(now).await?;
    let Some(action) = mark_rolled_back(&mut change, id, by, reason).await? else { return Ok(None) };
    controls::clear(&mut change, &[id]).await?;
    change.commit().await?;
    Ok(Some(action))
}

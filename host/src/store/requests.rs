//! Who asked for what by hand: `requests`.

use uuid::Uuid;

use super::{Store, change::Change, error::Result};
use crate::domain::time::Timestamp;

/// Something that a caller asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// When.
    pub at: Timestamp,
    /// Name of the caller's key or token.
    pub caller: String,
    /// What was asked for, as the API calls it.
    pub operation: String,
}

/// Takes down who asked for what came of a record, in the change that does it.
///
/// # Errors
///
/// If the database fails.
pub async fn note(change: &mut Change<'_>, caller: &str, operation: &str, record: Uuid) -> Result<()> {
    let now = change.now();
    sqlx::query!(
        "INSERT INTO requests (at, caller, operation, record) VALUES ($1, $2, $3, $4)",
        now as Timestamp,
        caller,
        operation,
        record,
    )
    .execute(change.connection())
    .await?;
    Ok(())
}

/// What was asked for about a record, oldest first.
///
/// # Errors
///
/// If the database fails.
pub async fn about(store: &Store, record: Uuid) -> Result<Vec<Request>> {
    let requests = sqlx::query_as!(
        Request,
        "SELECT at, caller, operation FROM requests WHERE record = $1 ORDER BY id",
        record,
    );
    Ok(requests.fetch_all(store.pool()).await?)
}

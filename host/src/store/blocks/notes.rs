//! What is noted beside a block: nothing of it is hashed, so nothing of it proves anything.

use serde_json::Value;

use crate::{
    domain::time::Timestamp,
    store::{Store, error::Result},
};

/// Notes that blocks `from` to `to`, both included, were found whole for the first time; says how many that were.
///
/// # Errors
///
/// If the database fails.
pub async fn mark_verified(store: &Store, from: u64, to: u64, at: Timestamp) -> Result<u64> {
    let marked = sqlx::query!(
        "UPDATE block_references SET verified_at = $3 WHERE block_number BETWEEN $1 AND $2 AND verified_at IS NULL",
        from as i64,
        to as i64,
        at as Timestamp,
    );
    Ok(marked.execute(store.pool()).await?.rows_affected())
}

/// Merges keys into the notes about a block, a null taking a key away; says whether there is such a block.
///
/// # Errors
///
/// If the database fails.
pub async fn update_metadata(store: &Store, number: u64, changes: &Value) -> Result<bool> {
    let updated = sqlx::query!(
        "UPDATE block_references SET metadata = jsonb_strip_nulls(metadata || $2) WHERE block_number = $1",
        number as i64,
        changes,
    );
    Ok(updated.execute(store.pool()).await?.rows_affected() == 1)
}

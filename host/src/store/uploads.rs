//! Files that somebody handed in, for a day.

use uuid::Uuid;

use super::{Store, change::Change, error::Result};
use crate::domain::time::{DAY, Timestamp};

/// Keeps a file if all of them together take no more than `most` bytes, and answers whether they do. Those that are
/// older than a day are forgotten first.
///
/// # Errors
///
/// If the database fails.
pub async fn put(change: &mut Change<'_>, id: Uuid, content: &[u8], most: i64) -> Result<bool> {
    let now = change.now();
    // One after the other, or each would find room for itself.
    sqlx::query!("SELECT pg_advisory_xact_lock(hashtext('uploads'))").execute(change.connection()).await?;
    sqlx::query!("DELETE FROM uploads WHERE created_at < $1", before(now) as Timestamp)
        .execute(change.connection())
        .await?;
    let put = sqlx::query!(
        "INSERT INTO uploads (id, content, created_at)
         SELECT $1, $2::bytea, $3
         WHERE (SELECT COALESCE(sum(length(content)), 0) FROM uploads) + length($2::bytea) <= $4::bigint",
        id,
        content,
        now as Timestamp,
        most,
    );
    Ok(put.execute(change.connection()).await?.rows_affected() == 1)
}

/// Forgets files that are older than a day.
///
/// # Errors
///
/// If the database fails.
pub async fn purge(store: &Store, now: Timestamp) -> Result<u64> {
    let removed = sqlx::query!("DELETE FROM uploads WHERE created_at < $1", before(now) as Timestamp);
    Ok(removed.execute(store.pool()).await?.rows_affected())
}

fn before(now: Timestamp) -> Timestamp {
    Timestamp(now.0 - DAY)
}

/// Which of these files are kept.
///
/// # Errors
///
/// If the database fails.
pub async fn known(store: &Store, ids: &[Uuid]) -> Result<Vec<Uuid>> {
    Ok(sqlx::query_scalar!("SELECT id FROM uploads WHERE id = ANY($1)", ids).fetch_all(store.pool()).await?)
}

/// A file; `None` where it is not kept any more.
///
/// # Errors
///
/// If the database fails.
pub async fn get(store: &Store, id: Uuid) -> Result<Option<Vec<u8>>> {
    let content = sqlx::query_scalar!("SELECT content FROM uploads WHERE id = $1", id);
    Ok(content.fetch_optional(store.pool()).await?)
}

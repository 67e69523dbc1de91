//! Files that somebody handed in, for a day.

use uuid::Uuid;

use super::{Store, change::Change, error::Result};
use crate::domain::time::{DAY, Timestamp};

/// Keeps a file, and forgets those that are older than a day.
///
/// # Errors
///
/// If the database fails.
pub async fn put(change: &mut Change<'_>, id: Uuid, content: &[u8]) -> Result<()> {
    let now = change.now();
    let old = Timestamp(now.0 - DAY);
    sqlx::query!("DELETE FROM uploads WHERE created_at < $1", old as Timestamp)
        .execute(change.connection())
        .await?;
    sqlx::query!(
        "INSERT INTO uploads (id, content, created_at) VALUES ($1, $2, $3)",
        id,
        content,
        now as Timestamp,
    )
    .execute(change.connection())
    .await?;
    Ok(())
}

/// Bytes of all files that are kept.
///
/// # Errors
///
/// If the database fails.
pub async fn size(store: &Store) -> Result<u64> {
    let size =
        sqlx::query_scalar!(r#"SELECT COALESCE(sum(length(content)), 0)::bigint AS "size!" FROM uploads"#);
    Ok(size.fetch_one(store.pool()).await?.unsigned_abs())
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

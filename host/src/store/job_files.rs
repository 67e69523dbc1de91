//! Files that jobs made, piece by piece, for a day.

use uuid::Uuid;

use super::{Store, change::Change, error::Result};
use crate::domain::time::Timestamp;

/// Keeps a piece of a job's file, and answers whether the job is still to be done by whoever took it at this attempt.
///
/// # Errors
///
/// If the database fails.
pub async fn put(store: &Store, job: Uuid, attempts: i32, number: i32, content: &[u8]) -> Result<bool> {
    let put = sqlx::query!(
        "INSERT INTO job_files (job_id, number, content)
         SELECT id, $3, $4 FROM jobs WHERE id = $1 AND attempts = $2 AND status = 'RUNNING'",
        job,
        attempts,
        number,
        content,
    );
    Ok(put.execute(store.pool()).await?.rows_affected() == 1)
}

/// A piece of a job's file; `None` after the last one, or where the file is not kept any more.
///
/// # Errors
///
/// If the database fails.
pub async fn get(store: &Store, job: Uuid, number: i32) -> Result<Option<Vec<u8>>> {
    let content =
        sqlx::query_scalar!("SELECT content FROM job_files WHERE job_id = $1 AND number = $2", job, number);
    Ok(content.fetch_optional(store.pool()).await?)
}

/// Bytes of all files that are kept.
///
/// # Errors
///
/// If the database fails.
pub async fn size(store: &Store) -> Result<u64> {
    let size =
        sqlx::query_scalar!(r#"SELECT COALESCE(sum(length(content)), 0)::bigint AS "size!" FROM job_files"#);
    Ok(size.fetch_one(store.pool()).await?.unsigned_abs())
}

/// Deletes the file of a job.
///
/// # Errors
///
/// If the database fails.
pub async fn delete(store: &Store, job: Uuid) -> Result<()> {
    sqlx::query!("DELETE FROM job_files WHERE job_id = $1", job).execute(store.pool()).await?;
    Ok(())
}

/// Deletes files of jobs that were over before a moment.
///
/// # Errors
///
/// If the database fails.
pub async fn delete_older_than(store: &Store, end: Timestamp) -> Result<()> {
    sqlx::query!(
        "DELETE FROM job_files USING jobs WHERE jobs.id = job_id AND jobs.finished_at < $1",
        end as Timestamp,
    )
    .execute(store.pool())
    .await?;
    Ok(())
}

/// Deletes all files.
///
/// # Errors
///
/// If the database fails.
pub async fn delete_all(change: &mut Change<'_>) -> Result<()> {
    sqlx::query!("DELETE FROM job_files").execute(change.connection()).await?;
    Ok(())
}

//! What those see and do who asked for a job.

use serde_json::Value;
use uuid::Uuid;

use crate::{
    domain::{time::Timestamp, vocabulary::JobStatus},
    store::{
        Store,
        change::Change,
        error::Result,
        page::{Cursor, Page, Window},
    },
};

/// A job as it is on record.
#[derive(Clone, Debug, PartialEq)]
pub struct JobRecord {
    /// Version 7.
    pub id: Uuid,
    /// What kind of work.
    pub kind: String,
    /// What it needs to know.
    pub input: Value,
    /// How far it is.
    pub status: JobStatus,
    /// How much of it is done, 0 to 1.
    pub progress: f64,
    /// What came of it.
    pub result: Option<Value>,
    /// Why it was given up.
    pub error: Option<String>,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// When it was over.
    pub finished_at: Option<Timestamp>,
}

/// A job of one of some kinds; `None` where there is none of this id.
///
/// # Errors
///
/// If the database fails.
pub async fn get(store: &Store, kinds: &[&str], id: Uuid) -> Result<Option<JobRecord>> {
    let job = sqlx::query_as!(
        JobRecord,
        "SELECT id, kind, input, status, progress, result, error, created_at, finished_at
         FROM jobs WHERE id = $1 AND kind = ANY($2)",
        id,
        kinds as &[&str],
    );
    Ok(job.fetch_optional(store.pool()).await?)
}

/// Jobs of some kinds, newest first.
///
/// # Errors
///
/// If the database fails.
pub async fn find(store: &Store, kinds: &[&str], window: Window) -> Result<Page<JobRecord>> {
    let jobs = sqlx::query_as!(
        JobRecord,
        "SELECT id, kind, input, status, progress, result, error, created_at, finished_at
         FROM jobs WHERE kind = ANY($1) AND ($2::timestamptz IS NULL OR (created_at, id) < ($2, $3::uuid))
         ORDER BY created_at DESC, id DESC LIMIT $4",
        kinds as &[&str],
        window.at() as Option<Timestamp>,
        window.id(),
        window.rows(),
    );
    let items = jobs.fetch_all(store.pool()).await?;
    Ok(Page::cut(items, window, |job| Cursor { at: job.created_at, id: job.id }))
}

/// Ends a job that is not over, and answers whether it was not.
///
/// # Errors
///
/// If the database fails.
pub async fn cancel(change: &mut Change<'_>, id: Uuid) -> Result<bool> {
    let now = change.now();
    let cancelled = sqlx::query!(
        "UPDATE jobs SET status = 'CANCELLED', locked_until = NULL, finished_at = $2
         WHERE id = $1 AND finished_at IS NULL",
        id,
        now as Timestamp,
    );
    Ok(cancelled.execute(change.connection()).await?.rows_affected() == 1)
}

/// Says how far a job is, keeps it until a moment, and answers whether it is still to be done by whoever took it at this
/// attempt.
///
/// # Errors
///
/// If the database fails.
pub async fn report(store: &Store, id: Uuid, attempts: i32, progress: f64, until: Timestamp) -> Result<bool> {
    let reported = sqlx::query!(
        "UPDATE jobs SET progress = $3, locked_until = $4
         WHERE id = $1 AND attempts = $2 AND status = 'RUNNING'",
        id,
        attempts,
        progress.clamp(0.0, 1.0),
        until as Timestamp,
    );
    Ok(reported.execute(store.pool()).await?.rows_affected() == 1)
}

/// Records what came of a job, and answers whether it was still to be done by whoever took it at this attempt.
///
/// # Errors
///
/// If the database fails.
pub async fn succeed(change: &mut Change<'_>, id: Uuid, attempts: i32, result: &Value) -> Result<bool> {
    let now = change.now();
    let succeeded = sqlx::query!(
        "UPDATE jobs SET status = 'SUCCEEDED', result = $3, progress = 1, locked_until = NULL, finished_at = $4
         WHERE id = $1 AND attempts = $2 AND status = 'RUNNING'",
        id,
        attempts,
        result,
        now as Timestamp,
    );
    Ok(succeeded.execute(change.connection()).await?.rows_affected() == 1)
}

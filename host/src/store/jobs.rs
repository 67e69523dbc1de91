//! Work to be done outside of the transaction that asked for it. A job that is taken is nobody else's until its lease
//! ends; one whose host died is taken again.

mod watch;

use serde_json::Value;
use uuid::Uuid;

use super::{Store, change::Change, columns::column, error::Result};
use crate::domain::{time::Timestamp, vocabulary::JobStatus};

pub use watch::{JobRecord, cancel, find, get, report, succeed};

/// Most jobs that are taken at once.
const TAKEN_AT_ONCE: i64 = 256;

/// Work to do.
#[derive(Clone, Debug, PartialEq)]
pub struct NewJob {
    /// Version 7.
    pub id: Uuid,
    /// What kind of work.
    pub kind: &'static str,
    /// What it needs to know.
    pub input: Value,
}

/// Work that this host has taken.
#[derive(Clone, Debug, PartialEq)]
pub struct Job {
    /// Version 7.
    pub id: Uuid,
    /// What it needs to know.
    pub input: Value,
    /// How often it was taken, this time included.
    pub attempts: i32,
}

/// How much work of a kind there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backlog {
    /// Waiting or under way.
    pub open: i64,
    /// When the oldest of these was asked for.
    pub oldest: Option<Timestamp>,
}

/// Asks for work, from now on.
///
/// # Errors
///
/// If the database fails.
pub async fn enqueue(change: &mut Change<'_>, jobs: &[NewJob]) -> Result<()> {
    let now = change.now();
    sqlx::query!(
        "INSERT INTO jobs (id, kind, input, status, run_at, created_at)
         SELECT id, kind, input, 'QUEUED', $4, $4
         FROM UNNEST($1::uuid[], $2::text[], $3::jsonb[]) AS new (id, kind, input)
         ORDER BY id",
        &column(jobs, |job| job.id),
        &column(jobs, |job| job.kind) as &[&str],
        &column(jobs, |job| job.input.clone()),
        now as Timestamp,
    )
    .execute(change.connection())
    .await?;
    Ok(())
}

/// Takes work of a kind that is due, at most 256 jobs, the oldest first. Nobody else takes it before `until`.
///
/// # Errors
///
/// If the database fails.
pub async fn take(change: &mut Change<'_>, kind: &str, until: Timestamp, most: i64) -> Result<Vec<Job>> {
    let now = change.now();
    let taken = sqlx::query_as!(
        Job,
        "WITH due AS MATERIALIZED (
             SELECT id FROM jobs
             WHERE kind = $1 AND status IN ('QUEUED', 'RUNNING') AND run_at <= $2
               AND (locked_until IS NULL OR locked_until <= $2)
             ORDER BY run_at, id
             LIMIT $4
             FOR UPDATE SKIP LOCKED
         )
         UPDATE jobs SET status = 'RUNNING', locked_until = $3, attempts = attempts + 1
         FROM due WHERE jobs.id = due.id
         RETURNING jobs.id, input, attempts",
        kind,
        now as Timestamp,
        until as Timestamp,
        most.clamp(1, TAKEN_AT_ONCE),
    );
    let mut taken = taken.fetch_all(change.connection()).await?;
    taken.sort_unstable_by_key(|job| job.id);
    Ok(taken)
}

/// Records that a job is done, or given up with an `error`. One that is over stays as it is.
///
/// # Errors
///
/// If the database fails.
pub async fn finish(change: &mut Change<'_>, id: Uuid, error: Option<&str>) -> Result<()> {
    let now = change.now();
    let status = if error.is_some() { JobStatus::Failed } else { JobStatus::Succeeded };
    sqlx::query!(
        "UPDATE jobs SET status = $2, error = $3, progress = 1, locked_until = NULL, finished_at = $4
         WHERE id = $1 AND finished_at IS NULL",
        id,
        status as JobStatus,
        error,
        now as Timestamp,
    )
    .execute(change.connection())
    .await?;
    Ok(())
}

/// How much work of a kind there is.
///
/// # Errors
///
/// If the database fails.
pub async fn backlog(store: &Store, kind: &str) -> Result<Backlog> {
    let backlog = sqlx::query_as!(
        Backlog,
        r#"SELECT count(*) AS "open!", min(created_at) AS oldest
           FROM jobs WHERE kind = $1 AND status IN ('QUEUED', 'RUNNING')"#,
        kind,
    );
    Ok(backlog.fetch_one(store.pool()).await?)
}

//! Messages to other systems: `outbox`. They are written in the change that decided on them, and delivered afterwards,
//! at least once.

use serde_json::Value;
use uuid::Uuid;

use super::{Store, change::Change, columns::column, error::Result, page::Window};
use crate::domain::time::Timestamp;

/// A message to be sent.
#[derive(Clone, Debug, PartialEq)]
pub struct NewMessage {
    /// The action that sends it.
    pub action_id: Uuid,
    /// Configured name of where it goes.
    pub endpoint: String,
    /// What it says.
    pub message: Value,
}

/// Puts messages into the queue, due at once. An action has one message.
///
/// # Errors
///
/// If the database fails, or there is no such action.
pub async fn put(change: &mut Change<'_>, messages: &[NewMessage]) -> Result<()> {
    let now = change.now();
    sqlx::query!(
        "INSERT INTO outbox (kind, action_id, endpoint, message, next_attempt_at, created_at)
         SELECT 'WEBHOOK', action_id, endpoint, message, $4, $4
         FROM UNNEST($1::uuid[], $2::text[], $3::jsonb[]) AS new (action_id, endpoint, message)
         ORDER BY action_id
         ON CONFLICT (action_id) DO NOTHING",
        &column(messages, |one| one.action_id),
        &column(messages, |one| one.endpoint.clone()),
        &column(messages, |one| one.message.clone()),
        now as Timestamp,
    )
    .execute(change.connection())
    .await?;
    Ok(())
}

/// A message to be tried.
#[derive(Clone, Debug, PartialEq)]
pub struct Due {
    /// Its place in the queue.
    pub id: i64,
    /// The action that sends it, which receivers know it by.
    pub action_id: Uuid,
    /// Configured name of where it goes.
    pub endpoint: String,
    /// What it says.
    pub message: Value,
    /// How often it was tried, this time included.
    pub attempts: i32,
}

/// Takes messages that are due, at most 1,000, the oldest first. Nobody else takes them before `until`; by then what
/// came of them should be settled, or they are due again. An attempt is counted when it is taken, so that one that ends
/// its host is counted too.
///
/// # Errors
///
/// If the database fails.
pub async fn take(change: &mut Change<'_>, until: Timestamp, most: i64) -> Result<Vec<Due>> {
    let now = change.now();
    let mut due = sqlx::query_as!(
        Due,
        r#"WITH due AS MATERIALIZED (
               SELECT id FROM outbox
               WHERE next_attempt_at <= $1 AND delivered_at IS NULL AND dead_at IS NULL AND kind = 'WEBHOOK'
               ORDER BY next_attempt_at, id LIMIT $3
               FOR UPDATE SKIP LOCKED
           )
           UPDATE outbox SET attempts = attempts + 1, next_attempt_at = $2 FROM due WHERE outbox.id = due.id
           RETURNING outbox.id, action_id AS "action_id!", endpoint AS "endpoint!", message, attempts"#,
        now as Timestamp,
        until as Timestamp,
        most.clamp(1, Window::MOST),
    )
    .fetch_all(change.connection())
    .await?;
    due.sort_by_key(|one| one.id);
    Ok(due)
}

/// What came of an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It arrived.
    Delivered,
    /// It is to be tried again.
    Again {
        /// When.
        at: Timestamp,
        /// Why it did not arrive.
        error: String,
    },
    /// It is given up.
    Dead {
        /// Why it did not arrive.
        error: String,
    },
}

impl Fate {
    const fn name(&self) -> &'static str {
        match self {
            Self::Delivered => "delivered",
            Self::Again { .. } => "again",
            Self::Dead { .. } => "dead",
        }
    }

    const fn next(&self) -> Option<Timestamp> {
        if let Self::Again { at, .. } = self { Some(*at) } else { None }
    }

    fn error(&self) -> Option<String> {
        match self {
            Self::Delivered => None,
            Self::Again { error, .. } | Self::Dead { error } => Some(error.clone()),
        }
    }
}

/// What came of one message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settled {
    /// Its place in the queue.
    pub id: i64,
    /// Which attempt that was.
    pub attempts: i32,
    /// What came of it.
    pub fate: Fate,
}

/// Records what came of messages, and answers the actions among theirs that are pending. One that is over stays as it
/// is; of one that somebody else took meanwhile, only an arrival counts.
///
/// # Errors
///
/// If the database fails.
pub async fn settle(change: &mut Change<'_>, settled: &[Settled]) -> Result<Vec<Uuid>> {
    let now = change.now();
    let pending = sqlx::query_scalar!(
        r#"WITH given AS (
             SELECT * FROM UNNEST($1::bigint[], $2::int4[], $3::text[], $4::timestamptz[], $5::text[])
                 AS given (id, attempts, fate, next, error)
         ), locked AS MATERIALIZED (
             SELECT outbox.id FROM outbox JOIN given USING (id)
             WHERE delivered_at IS NULL AND dead_at IS NULL
               AND (fate = 'delivered' OR outbox.attempts = given.attempts)
             ORDER BY 1
             FOR UPDATE OF outbox
         ), updated AS (
             UPDATE outbox
             SET next_attempt_at = COALESCE(given.next, next_attempt_at), error = given.error,
                 delivered_at = CASE fate WHEN 'delivered' THEN $6::timestamptz END,
                 dead_at = CASE fate WHEN 'dead' THEN $6::timestamptz END
             FROM given JOIN locked USING (id)
             WHERE outbox.id = given.id
             RETURNING action_id
         )
         SELECT action.id AS "id!" FROM updated JOIN action_executions AS action ON action.id = action_id
         WHERE action.status = 'PENDING'"#,
        &column(settled, |one| one.id),
        &column(settled, |one| one.attempts),
        &column(settled, |one| one.fate.name().to_owned()),
        &column(settled, |one| one.fate.next()) as &[Option<Timestamp>],
        &column(settled, |one| one.fate.error()) as &[Option<String>],
        now as Timestamp,
    );
    Ok(pending.fetch_all(change.connection()).await?)
}

/// A message that was given up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeadLetter {
    /// Its place in the queue.
    pub id: i64,
    /// The action that sent it.
    pub action_id: Uuid,
    /// Configured name of where it was to go.
    pub endpoint: String,
    /// How often it was tried.
    pub attempts: i32,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// When it was given up.
    pub dead_at: Timestamp,
    /// Why it did not arrive.
    pub error: Option<String>,
}

/// Messages that were given up, at most 1,000, newest first.
///
/// # Errors
///
/// If the database fails.
pub async fn dead(store: &Store, most: i64) -> Result<Vec<DeadLetter>> {
    let dead = sqlx::query_as!(
        DeadLetter,
        r#"SELECT id, action_id AS "action_id!", endpoint AS "endpoint!", attempts, created_at, dead_at AS "dead_at!",
                  error
           FROM outbox WHERE dead_at IS NOT NULL AND kind = 'WEBHOOK'
           ORDER BY dead_at DESC, id DESC LIMIT $1"#,
        most.clamp(1, Window::MOST),
    );
    Ok(dead.fetch_all(store.pool()).await?)
}

/// Makes messages that were given up due again, as if they were new, and answers how many that are. What became of
/// their actions stays as it is recorded.
///
/// # Errors
///
/// If the database fails.
pub async fn retry(change: &mut Change<'_>, ids: &[i64]) -> Result<u64> {
    let now = change.now();
    let due = sqlx::query!(
        "WITH locked AS MATERIALIZED (
             SELECT id FROM outbox WHERE id = ANY($1) AND dead_at IS NOT NULL ORDER BY id FOR UPDATE
         )
         UPDATE outbox SET attempts = 0, next_attempt_at = $2, dead_at = NULL FROM locked WHERE outbox.id = locked.id",
        ids,
        now as Timestamp,
    );
    Ok(due.execute(change.connection()).await?.rows_affected())
}

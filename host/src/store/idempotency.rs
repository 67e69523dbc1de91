//! Requests that carried an `Idempotency-Key`, and what was answered: so that a request sent again is not done again.

use serde_json::Value;

use super::{Store, error::Result};
use crate::{domain::time::Timestamp, ledger::hash::Hash};

/// Expired keys of a caller that one request removes.
const REMOVED_AT_ONCE: i64 = 100;

/// Expired keys that are removed in one statement.
const PURGED_AT_ONCE: i64 = 1_000;

/// A request and its key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keyed {
    /// Whose key it is: callers do not share them.
    pub owner: String,
    /// The key.
    pub key: String,
    /// Over everything that makes the request what it is.
    pub digest: Hash,
    /// When it began, which tells runs of one key apart.
    pub began_at: Timestamp,
}

/// Whether a request is to be done.
#[derive(Clone, Debug, PartialEq)]
pub enum Begun {
    /// It is.
    Fresh,
    /// The same request is under way.
    UnderWay,
    /// The key belongs to another request.
    Another,
    /// It was done, and this was answered.
    Done(Value),
    /// As many keys or bytes are kept for the caller as may be.
    Full,
}

/// How much is kept for one caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Room {
    /// Most keys.
    pub keys: i64,
    /// Most bytes of answers; one more is kept when they are nearly reached.
    pub bytes: i64,
}

/// Takes a key for a request. One whose request began before `abandoned` and has no answer is taken over, since its
/// host died; one that expired is free. Some expired ones of the caller are removed.
///
/// # Errors
///
/// If the database fails.
pub async fn begin(
    store: &Store,
    request: &Keyed,
    abandoned: Timestamp,
    expires_at: Timestamp,
    room: Room,
) -> Result<Begun> {
    let taken = sqlx::query_scalar!(
        r#"WITH expired AS MATERIALIZED (
               SELECT owner, key FROM idempotency_keys
               WHERE owner = $1 AND key <> $2 AND expires_at <= $4
               LIMIT $7 FOR UPDATE SKIP LOCKED
           ), removed AS (
               DELETE FROM idempotency_keys AS kept USING expired
               WHERE kept.owner = expired.owner AND kept.key = expired.key
           )
           INSERT INTO idempotency_keys AS kept (owner, key, request_digest, created_at, expires_at)
           SELECT $1, $2, $3, $4, $5
           WHERE NOT EXISTS (SELECT FROM idempotency_usage WHERE owner = $1 AND (keys >= $8 OR bytes >= $9))
           ON CONFLICT (owner, key) DO UPDATE
               SET request_digest = $3, response = NULL, created_at = $4, expires_at = $5
               WHERE kept.expires_at <= $4
                  OR (kept.response IS NULL AND kept.created_at <= $6 AND kept.request_digest = $3)
           RETURNING true AS "taken!""#,
        request.owner,
        request.key,
        request.digest as Hash,
        request.began_at as Timestamp,
        expires_at as Timestamp,
        abandoned as Timestamp,
        REMOVED_AT_ONCE,
        room.keys,
        room.bytes,
    );
    if taken.fetch_optional(store.pool()).await?.is_some() {
        return Ok(Begun::Fresh);
    }
    let known = sqlx::query!(
        r#"SELECT request_digest AS "digest: Hash", response FROM idempotency_keys WHERE owner = $1 AND key = $2"#,
        request.owner,
        request.key,
    );
    Ok(match known.fetch_optional(store.pool()).await? {
        Some(known) if known.digest != request.digest => Begun::Another,
        Some(known) => known.response.map_or(Begun::UnderWay, Begun::Done),
        None if is_full(store, &request.owner, room).await? => Begun::Full,
        // It was given up this very moment.
        None => Begun::UnderWay,
    })
}

async fn is_full(store: &Store, owner: &str, room: Room) -> Result<bool> {
    let full = sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM idempotency_usage WHERE owner = $1 AND (keys >= $2 OR bytes >= $3)) AS "full!""#,
        owner,
        room.keys,
        room.bytes,
    );
    Ok(full.fetch_one(store.pool()).await?)
}

/// Removes keys that expired, at most 1,000, and answers how many; to be repeated until none is left.
///
/// # Errors
///
/// If the database fails.
pub async fn purge(store: &Store, now: Timestamp) -> Result<u64> {
    let removed = sqlx::query!(
        "WITH expired AS MATERIALIZED (
             SELECT owner, key FROM idempotency_keys WHERE expires_at <= $1
             LIMIT $2 FOR UPDATE SKIP LOCKED
         )
         DELETE FROM idempotency_keys AS kept USING expired
         WHERE kept.owner = expired.owner AND kept.key = expired.key",
        now as Timestamp,
        PURGED_AT_ONCE,
    );
    Ok(removed.execute(store.pool()).await?.rows_affected())
}

/// Keeps what was answered, unless somebody took the request over.
///
/// # Errors
///
/// If the database fails.
pub async fn keep(store: &Store, request: &Keyed, response: &Value) -> Result<()> {
    sqlx::query!(
        "UPDATE idempotency_keys SET response = $4 WHERE owner = $1 AND key = $2 AND created_at = $3",
        request.owner,
        request.key,
        request.began_at as Timestamp,
        response,
    )
    .execute(store.pool())
    .await?;
    Ok(())
}

/// Gives the key back: the request may be sent again and is done then.
///
/// # Errors
///
/// If the database fails.
pub async fn give_up(store: &Store, request: &Keyed) -> Result<()> {
    sqlx::query!(
        "DELETE FROM idempotency_keys WHERE owner = $1 AND key = $2 AND created_at = $3 AND response IS NULL",
        request.owner,
        request.key,
        request.began_at as Timestamp,
    )
    .execute(store.pool())
    .await?;
    Ok(())
}

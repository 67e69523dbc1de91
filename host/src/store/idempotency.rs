//! Requests that carried an `Idempotency-Key`, and what was answered: so that a request sent again is not done again.

use serde_json::Value;

use super::{Store, error::Result};
use crate::{domain::time::Timestamp, ledger::hash::Hash};

/// Expired keys that one request removes.
const REMOVED_AT_ONCE: i64 = 100;

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
}

/// Takes a key for a request. One whose request began before `abandoned` and has no answer is taken over, since its
/// host died; one that expired is free. Some expired ones are removed.
///
/// # Errors
///
/// If the database fails.
pub async fn begin(
    store: &Store,
    request: &Keyed,
    abandoned: Timestamp,
    expires_at: Timestamp,
) -> Result<Begun> {
    let taken = sqlx::query_scalar!(
        r#"WITH expired AS MATERIALIZED (
               SELECT owner, key FROM idempotency_keys
               WHERE expires_at <= $4 AND (owner, key) <> ($1, $2)
               LIMIT $7 FOR UPDATE SKIP LOCKED
           ), removed AS (
               DELETE FROM idempotency_keys AS kept USING expired
               WHERE kept.owner = expired.owner AND kept.key = expired.key
           )
           INSERT INTO idempotency_keys AS kept (owner, key, request_digest, created_at, expires_at)
           VALUES ($1, $2, $3, $4, $5)
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
        // It was given up this very moment.
        None => Begun::UnderWay,
    })
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

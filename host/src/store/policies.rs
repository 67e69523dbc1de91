//! Sets of policies by hash, and the one that is live: whoever has a decision can read the very policies that made it.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use super::{
    Store,
    change::{About, Change},
    error::{Result, StoreError},
};
use crate::{
    domain::{time::Timestamp, vocabulary::BlockType},
    ledger::hash::Hash,
};

/// Files by name.
pub type Files = BTreeMap<String, String>;

/// The policies that decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Live {
    /// Their hash.
    pub hash: Hash,
    /// Since when.
    pub since: Timestamp,
    /// Number of the block that says so.
    pub block: Option<u64>,
}

/// What the ledger says when other policies decide.
#[derive(Serialize)]
struct Changed<'a> {
    old: Option<Hash>,
    new: Hash,
    /// Who asked for it; nobody where a host starts.
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<&'a str>,
}

/// Keeps a set that is not kept yet.
///
/// # Errors
///
/// If the database fails.
pub async fn keep(change: &mut Change<'_>, hash: Hash, files: &Files) -> Result<()> {
    let now = change.now();
    let files = files.iter().map(|(name, text)| (name.clone(), Value::from(text.as_str()))).collect();
    sqlx::query!(
        "INSERT INTO policy_versions (hash, files, first_seen) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
        hash as Hash,
        Value::Object(files),
        now as Timestamp,
    )
    .execute(change.connection())
    .await?;
    Ok(())
}

/// Lets a kept set decide from now on, with a block that names it, the one before and who asked for it. Gives whether it did not before.
///
/// # Errors
///
/// If the database fails, or holds no set of this hash.
pub async fn make_live(change: &mut Change<'_>, new: Hash, by: Option<&str>) -> Result<bool> {
    let now = change.now();
    let old = sqlx::query_scalar!(r#"SELECT hash AS "hash: Hash" FROM live_policies FOR UPDATE"#)
        .fetch_one(change.connection())
        .await?;
    if old == Some(new) {
        return Ok(false);
    }
    sqlx::query!("UPDATE live_policies SET hash = $1, since = $2", new as Hash, now as Timestamp)
        .execute(change.connection())
        .await?;
    change.note(BlockType::PolicyChanged, &Changed { old, new, by }, About::default())?;
    Ok(true)
}

/// The live set; `None` before there was one.
///
/// # Errors
///
/// If the database fails.
pub async fn live(store: &Store) -> Result<Option<Live>> {
    let row = sqlx::query!(
        r#"SELECT hash AS "hash: Hash", since AS "since: Timestamp",
                  (SELECT block_number FROM blockchain_blocks WHERE type = 'POLICY_CHANGED'
                   ORDER BY block_number DESC LIMIT 1) AS block
           FROM live_policies"#
    )
    .fetch_one(store.pool())
    .await?;
    let block = row.block.map(i64::cast_unsigned);
    Ok(row.hash.zip(row.since).map(|(hash, since)| Live { hash, since, block }))
}

/// The files of a kept set; `None` where none has this hash.
///
/// # Errors
///
/// If the database fails or the files cannot be read.
pub async fn get(store: &Store, hash: Hash) -> Result<Option<Files>> {
    let files = sqlx::query_scalar!("SELECT files FROM policy_versions WHERE hash = $1", hash as Hash)
        .fetch_optional(store.pool())
        .await?;
    let read = |error| StoreError::Damaged(format!("the policies {hash} cannot be read: {error}"));
    files.map(|files| serde_json::from_value(files).map_err(read)).transpose()
}

/// A kept set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Version {
    /// Its hash.
    pub hash: Hash,
    /// When it was first seen.
    pub first_seen: Timestamp,
}

/// Kept sets, newest first, at most 100.
///
/// # Errors
///
/// If the database fails.
pub async fn versions(store: &Store) -> Result<Vec<Version>> {
    let kept = sqlx::query_as!(
        Version,
        r#"SELECT hash AS "hash: Hash", first_seen FROM policy_versions ORDER BY first_seen DESC, hash LIMIT 100"#
    );
    Ok(kept.fetch_all(store.pool()).await?)
}

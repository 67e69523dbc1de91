//! The bytes of what ran, by hash: whoever has a block can get the very component that it names.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    domain::{time::Timestamp, vocabulary::BlockType},
    ledger::hash::Hash,
    store::{
        Store,
        change::{About, Change},
        columns::column,
        error::Result,
    },
};

/// A component as it was run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ComponentVersion {
    /// SHA-256 of its bytes.
    pub hash: Hash,
    /// Its own name.
    pub name: String,
    /// Its own version.
    pub version: String,
    /// The component.
    pub bytes: Vec<u8>,
    /// What a publisher said of it, 64 bytes.
    pub signature: Option<Vec<u8>>,
}

/// Keeps components that are not kept yet, and their newest signatures.
///
/// # Errors
///
/// If the database fails.
pub async fn keep_components(change: &mut Change<'_>, components: &[ComponentVersion]) -> Result<()> {
    let now = change.now();
    sqlx::query!(
        "INSERT INTO component_versions AS kept (hash, name, version, bytes, signature, first_seen)
         SELECT hash, name, version, bytes, signature, $6
         FROM UNNEST($1::bytea[], $2::text[], $3::text[], $4::bytea[], $5::bytea[])
             AS given (hash, name, version, bytes, signature)
         ORDER BY hash
         ON CONFLICT (hash) DO UPDATE SET signature = EXCLUDED.signature
         WHERE EXCLUDED.signature IS DISTINCT FROM kept.signature AND EXCLUDED.signature IS NOT NULL",
        &column(components, |one| one.hash) as &[Hash],
        &column(components, |one| one.name.clone()),
        &column(components, |one| one.version.clone()),
        &column(components, |one| one.bytes.clone()),
        &column(components, |one| one.signature.clone()) as &[Option<Vec<u8>>],
        now as Timestamp,
    )
    .execute(change.connection())
    .await?;
    Ok(())
}

/// Writes down which components run from here on, with a block that also says which ran before; nothing if they are
/// the same. Answers whether there is a change.
///
/// # Errors
///
/// If the database fails.
pub async fn plugins_changed(
    change: &mut Change<'_>,
    running: &RunningSet,
    positions: &Positions,
) -> Result<bool> {
    let before = sqlx::query_scalar!(
        "SELECT payload FROM blockchain_blocks WHERE type = 'PLUGIN_CHANGED' ORDER BY block_number DESC LIMIT 1"
    )
    .fetch_optional(change.connection())
    .await?;
    let before: Option<PluginsChanged> = before.and_then(|payload| serde_json::from_slice(&payload).ok());
    let before = before.map(|block| block.running);
    if before.as_ref() == Some(running) {
        return Ok(false);
    }
    change.note(
        BlockType::PluginChanged,
        &PluginsChanged { running: running.clone(), before, positions: positions.clone() },
        About::default(),
    )?;
    Ok(true)
}

/// The block that says which components run.
#[derive(Serialize, Deserialize)]
struct PluginsChanged {
    running: RunningSet,
    before: Option<RunningSet>,
    #[serde(flatten)]
    positions: Positions,
}

/// Where in the flow of rows other components took over, and how they differ.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Positions {
    /// Who asked for it; nobody where a host starts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Rows that each worker had taken in since it started.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rows_by_worker: Vec<u64>,
    /// Rows on record that both were shown.
    pub rows_compared: u64,
    /// Findings about these that the new ones do not make any more.
    pub findings_gone: u64,
    /// Findings about these that only the new ones make.
    pub findings_new: u64,
}

/// Components that run together, by name.
pub type RunningSet = BTreeMap<String, Running>;

/// Which component runs under a name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Running {
    /// Its own version.
    pub version: String,
    /// SHA-256 of its bytes, hex.
    pub hash: String,
}

/// A kept component; `None` where none has this hash.
///
/// # Errors
///
/// If the database fails.
pub async fn component(store: &Store, hash: Hash) -> Result<Option<ComponentVersion>> {
    let component = sqlx::query_as!(
        ComponentVersion,
        r#"SELECT hash AS "hash: Hash", name, version, bytes, signature FROM component_versions WHERE hash = $1"#,
        hash as Hash,
    );
    Ok(component.fetch_optional(store.pool()).await?)
}

/// A kept component, without its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// SHA-256 of its bytes.
    pub hash: Hash,
    /// Its own name.
    pub name: String,
    /// Its own version.
    pub version: String,
    /// When it was first seen.
    pub first_seen: Timestamp,
}

/// Kept components, newest first, at most 100.
///
/// # Errors
///
/// If the database fails.
pub async fn components(store: &Store) -> Result<Vec<Kept>> {
    let kept = sqlx::query_as!(
        Kept,
        r#"SELECT hash AS "hash: Hash", name, version, first_seen AS "first_seen: Timestamp"
           FROM component_versions ORDER BY first_seen DESC, name, hash LIMIT 100"#
    );
    Ok(kept.fetch_all(store.pool()).await?)
}

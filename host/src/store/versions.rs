//! The bytes of what ran, by hash: whoever has a block can get the very component that it names.

use crate::{
    domain::time::Timestamp,
    ledger::hash::Hash,
    store::{Store, change::Change, columns::column, error::Result},
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
}

/// Keeps components that are not kept yet.
///
/// # Errors
///
/// If the database fails.
pub async fn keep_components(change: &mut Change<'_>, components: &[ComponentVersion]) -> Result<()> {
    let now = change.now();
    sqlx::query!(
        "INSERT INTO component_versions (hash, name, version, bytes, first_seen)
         SELECT hash, name, version, bytes, $5
         FROM UNNEST($1::bytea[], $2::text[], $3::text[], $4::bytea[]) AS given (hash, name, version, bytes)
         ORDER BY hash
         ON CONFLICT DO NOTHING",
        &column(components, |one| one.hash) as &[Hash],
        &column(components, |one| one.name.clone()),
        &column(components, |one| one.version.clone()),
        &column(components, |one| one.bytes.clone()),
        now as Timestamp,
    )
    .execute(change.connection())
    .await?;
    Ok(())
}

/// A kept component; `None` where none has this hash.
///
/// # Errors
///
/// If the database fails.
pub async fn component(store: &Store, hash: Hash) -> Result<Option<ComponentVersion>> {
    let component = sqlx::query_as!(
        ComponentVersion,
        r#"SELECT hash AS "hash: Hash", name, version, bytes FROM component_versions WHERE hash = $1"#,
        hash as Hash,
    );
    Ok(component.fetch_optional(store.pool()).await?)
}

//! API keys. The key itself is kept nowhere; its hash is enough to know it again.

use uuid::Uuid;

use super::{
    Store,
    error::{Result, StoreError},
};
use crate::{
    domain::{
        scope::{Scope, Scopes},
        time::Timestamp,
    },
    ledger::hash::Hash,
};

/// Most keys that a list shows.
const LISTED: i64 = 1_000;

/// A key to be.
#[derive(Clone, Debug)]
pub struct NewApiKey {
    /// Version 7.
    pub id: Uuid,
    /// What records name: 1 to 64 letters, digits, dots, dashes and underscores. One key at a time has it.
    pub name: String,
    /// SHA-256 of the key.
    pub hash: Hash,
    /// What it may do; at least one scope.
    pub scopes: Scopes,
    /// When it is made.
    pub created_at: Timestamp,
    /// Who makes it.
    pub created_by: String,
    /// When it ends by itself.
    pub expires_at: Option<Timestamp>,
}

/// A key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiKey {
    /// Version 7.
    pub id: Uuid,
    /// What records name.
    pub name: String,
    /// What it may do.
    pub scopes: Scopes,
    /// When it was made.
    pub created_at: Timestamp,
    /// Who made it.
    pub created_by: String,
    /// When it ends by itself.
    pub expires_at: Option<Timestamp>,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
    /// Who revoked it.
    pub revoked_by: Option<String>,
    /// When it was last used, a minute more or less.
    pub last_used_at: Option<Timestamp>,
}

impl ApiKey {
    /// Whether it opens anything at that moment.
    pub fn is_valid(&self, now: Timestamp) -> bool {
        self.revoked_at.is_none() && self.expires_at.is_none_or(|end| now < end)
    }
}

struct Row {
    id: Uuid,
    name: String,
    scopes: Vec<String>,
    created_at: Timestamp,
    created_by: String,
    expires_at: Option<Timestamp>,
    revoked_at: Option<Timestamp>,
    revoked_by: Option<String>,
    last_used_at: Option<Timestamp>,
}

impl TryFrom<Row> for ApiKey {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self> {
        let unknown = |name: &str| StoreError::Damaged(format!("the key {} has a scope {name}", row.id));
        let scope = |name: &String| Scope::parse(name).ok_or_else(|| unknown(name));
        Ok(Self {
            scopes: row.scopes.iter().map(scope).collect::<Result<_>>()?,
            id: row.id,
            name: row.name,
            created_at: row.created_at,
            created_by: row.created_by,
            expires_at: row.expires_at,
            revoked_at: row.revoked_at,
            revoked_by: row.revoked_by,
            last_used_at: row.last_used_at,
        })
    }
}

/// Makes a key; `false` if one that is not revoked has its name.
///
/// # Errors
///
/// If the database fails, or the name is none or the key would end before it begins.
pub async fn create(store: &Store, new: &NewApiKey) -> Result<bool> {
    let scopes: Vec<_> = new.scopes.iter().map(|scope| scope.name().to_owned()).collect();
    let made = sqlx::query!(
        "INSERT INTO api_keys (id, name, hash, scopes, created_at, created_by, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (name) WHERE revoked_at IS NULL DO NOTHING",
        new.id,
        new.name,
        new.hash as Hash,
        &scopes,
        new.created_at as Timestamp,
        new.created_by,
        new.expires_at as Option<Timestamp>,
    );
    Ok(made.execute(store.pool()).await?.rows_affected() == 1)
}

/// The key of this hash, valid or not.
///
/// # Errors
///
/// If the database fails.
pub async fn by_hash(store: &Store, hash: Hash) -> Result<Option<ApiKey>> {
    let row = sqlx::query_as!(
        Row,
        r#"SELECT id, name, scopes, created_at AS "created_at: Timestamp", created_by,
                  expires_at AS "expires_at: Timestamp", revoked_at AS "revoked_at: Timestamp", revoked_by,
                  last_used_at AS "last_used_at: Timestamp"
           FROM api_keys WHERE hash = $1"#,
        hash as Hash,
    );
    row.fetch_optional(store.pool()).await?.map(ApiKey::try_from).transpose()
}

/// Whether the key of this id is there and not revoked.
///
/// # Errors
///
/// If the database fails.
pub async fn stands(store: &Store, id: Uuid) -> Result<bool> {
    let stands = sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM api_keys WHERE id = $1 AND revoked_at IS NULL) AS "stands!""#,
        id,
    );
    Ok(stands.fetch_one(store.pool()).await?)
}

/// All keys, those that are revoked too, the newest first; at most 1,000.
///
/// # Errors
///
/// If the database fails.
pub async fn list(store: &Store) -> Result<Vec<ApiKey>> {
    let rows = sqlx::query_as!(
        Row,
        r#"SELECT id, name, scopes, created_at AS "created_at: Timestamp", created_by,
                  expires_at AS "expires_at: Timestamp", revoked_at AS "revoked_at: Timestamp", revoked_by,
                  last_used_at AS "last_used_at: Timestamp"
           FROM api_keys ORDER BY created_at DESC, id DESC LIMIT $1"#,
        LISTED,
    );
    rows.fetch_all(store.pool()).await?.into_iter().map(ApiKey::try_from).collect()
}

/// Revokes the key of this name or id, and gives its id; `None` if there is none that is not revoked.
///
/// # Errors
///
/// If the database fails.
pub async fn revoke(store: &Store, name_or_id: &str, by: &str, now: Timestamp) -> Result<Option<Uuid>> {
    let revoked = sqlx::query_scalar!(
        "UPDATE api_keys SET revoked_at = $2, revoked_by = $3
         WHERE (name = $1 OR id::text = $1) AND revoked_at IS NULL
         RETURNING id",
        name_or_id,
        now as Timestamp,
        by,
    );
    Ok(revoked.fetch_optional(store.pool()).await?)
}

/// Notes that a key was used.
///
/// # Errors
///
/// If the database fails.
pub async fn touch(store: &Store, id: Uuid, now: Timestamp) -> Result<()> {
    sqlx::query!("UPDATE api_keys SET last_used_at = $2 WHERE id = $1", id, now as Timestamp)
        .execute(store.pool())
        .await?;
    Ok(())
}

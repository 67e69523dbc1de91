use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    access::Scope,
    domain::time::Timestamp,
    store::api_keys::{self, NewApiKey},
};

/// An API key, without the key itself.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ApiKey {
    /// Its id.
    pub id: Uuid,
    /// What records name.
    pub name: String,
    /// What it may do.
    pub scopes: Vec<Scope>,
    /// Whether it opens anything now.
    pub is_valid: bool,
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

/// A key that was made, shown this once.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CreatedKey {
    /// The key itself; keep it where secrets are kept.
    pub secret: String,
    /// What there is to know about it.
    pub key: ApiKey,
}

impl ApiKey {
    /// A key as it is at a moment.
    pub fn of(key: api_keys::ApiKey, now: Timestamp) -> Self {
        Self {
            is_valid: key.is_valid(now),
            id: key.id,
            name: key.name,
            scopes: key.scopes.iter().collect(),
            created_at: key.created_at,
            created_by: key.created_by,
            expires_at: key.expires_at,
            revoked_at: key.revoked_at,
            revoked_by: key.revoked_by,
            last_used_at: key.last_used_at,
        }
    }

    /// A key that was just made.
    pub fn made(key: NewApiKey) -> Self {
        Self {
            id: key.id,
            name: key.name,
            scopes: key.scopes.iter().collect(),
            is_valid: true,
            created_at: key.created_at,
            created_by: key.created_by,
            expires_at: key.expires_at,
            revoked_at: None,
            revoked_by: None,
            last_used_at: None,
        }
    }
}

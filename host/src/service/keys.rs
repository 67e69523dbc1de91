//! API keys, as `host key` makes and revokes them too.

use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    Platform, Result, ServiceError,
    views::{ApiKey, CreatedKey},
};
use crate::{
    access::{Caller, Scope, SecretKey, is_name},
    domain::time::Timestamp,
    store::api_keys::{self, NewApiKey},
};

/// A key to be.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CreateKey {
    /// What records name as the one who did something: 1 to 64 letters, digits, dots, dashes and underscores.
    #[schema(min_length = 1, max_length = 64, example = "dashboard")]
    pub name: String,
    /// What it may do.
    #[schema(min_items = 1)]
    pub scopes: Vec<Scope>,
    /// When it ends by itself; not before it is revoked, where nothing is said.
    pub expires_at: Option<Timestamp>,
}

/// All keys, those that are revoked too, newest first; at most 1,000.
///
/// # Errors
///
/// If the caller is no admin, or the database fails.
pub async fn list(platform: &Platform, caller: &Caller) -> Result<Vec<ApiKey>> {
    caller.check(Scope::Admin)?;
    let now = platform.now();
    let keys = api_keys::list(platform.store()).await?;
    Ok(keys.into_iter().map(|key| ApiKey::of(key, now)).collect())
}

/// Makes a key, and shows it this once.
///
/// # Errors
///
/// If the caller is no admin, the key makes no sense, one that is not revoked has its name, or the database fails.
pub async fn create(platform: &Platform, caller: &Caller, new: &CreateKey) -> Result<CreatedKey> {
    caller.check(Scope::Admin)?;
    let now = platform.now();
    new.check(now)?;
    let secret = SecretKey::random().map_err(|error| ServiceError::Internal(error.into()))?;
    let key = NewApiKey {
        id: platform.ids.next(now),
        name: new.name.clone(),
        hash: secret.hash(),
        scopes: new.scopes.iter().copied().collect(),
        created_at: now,
        created_by: caller.name.clone(),
        expires_at: new.expires_at,
    };
    if !api_keys::create(platform.store(), &key).await? {
        let reason = format!("there is a key {} already; revoke it, or take another name", new.name);
        return Err(ServiceError::Conflict { reason });
    }
    Ok(CreatedKey { secret: secret.expose().to_owned(), key: ApiKey::made(key) })
}

impl CreateKey {
    fn check(&self, now: Timestamp) -> Result<()> {
        if !is_name(&self.name) {
            let reason = "give 1 to 64 letters, digits, dots, dashes and underscores, and no id";
            return Err(ServiceError::invalid("name", reason));
        }
        if self.scopes.is_empty() {
            return Err(ServiceError::invalid("scopes", "give at least one"));
        }
        if self.expires_at.is_some_and(|end| end <= now) {
            return Err(ServiceError::invalid("expiresAt", "it would be over already"));
        }
        Ok(())
    }
}

/// Takes a key out of force: within two seconds it opens nothing any more, on any host.
///
/// # Errors
///
/// If the caller is no admin, there is none of this id that is not revoked, or the database fails.
pub async fn revoke(platform: &Platform, caller: &Caller, id: Uuid) -> Result<()> {
    caller.check(Scope::Admin)?;
    let revoked = api_keys::revoke(platform.store(), &id.to_string(), &caller.name, platform.now()).await?;
    revoked.map(|_| ()).ok_or_else(|| ServiceError::not_found("key in force", id))
}

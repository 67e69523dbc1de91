use std::sync::Arc;

use uuid::Uuid;

use super::{Caller, Credential, SecretKey, recent::Recent};
use crate::{
    domain::time::{MINUTE, Timestamp},
    ledger::hash::Hash,
    store::{
        Store,
        api_keys::{self, ApiKey},
        error::Result,
    },
};

/// API keys, as the database has them or had them a second ago.
pub(super) struct Keys {
    store: Store,
    by_hash: Recent<Hash, Arc<ApiKey>>,
    standing: Recent<Uuid, bool>,
}

impl Keys {
    pub(super) fn new(store: Store) -> Self {
        Self { store, by_hash: Recent::new(), standing: Recent::new() }
    }

    /// Whether this key was valid a moment ago, so that its owner is no stranger.
    pub(super) fn knows(&self, key: &SecretKey, now: Timestamp) -> bool {
        matches!(self.by_hash.peek(&key.hash()), Some(known) if known.is_valid(now))
    }

    /// Whose key this is; `None` if it is nobody's, or not valid any more.
    ///
    /// # Errors
    ///
    /// If the database fails.
    pub(super) async fn find(&self, key: &SecretKey, now: Timestamp) -> Result<Option<Caller>> {
        let hash = key.hash();
        let found = match self.by_hash.get(&hash, now) {
            Some(known) => Some(known),
            None => self.ask(hash, now).await?,
        };
        Ok(found.filter(|found| found.is_valid(now)).map(|found| caller(&found)))
    }

    async fn ask(&self, hash: Hash, now: Timestamp) -> Result<Option<Arc<ApiKey>>> {
        // Should the database fail, the old answer must not count.
        let found = api_keys::by_hash(&self.store, hash).await.inspect_err(|_| self.by_hash.forget(&hash))?;
        let Some(found) = found else {
            self.by_hash.forget(&hash);
            return Ok(None);
        };
        if found.is_valid(now) && found.last_used_at.is_none_or(|last| now.0 - last.0 >= MINUTE) {
            api_keys::touch(&self.store, found.id, now).await?;
        }
        let found = Arc::new(found);
        self.by_hash.put(hash, Arc::clone(&found), now);
        Ok(Some(found))
    }

    /// Whether the key of this id is not revoked.
    ///
    /// # Errors
    ///
    /// If the database fails.
    pub(super) async fn stands(&self, id: Uuid, now: Timestamp) -> Result<bool> {
        if let Some(stands) = self.standing.get(&id, now) {
            return Ok(stands);
        }
        let stands = api_keys::stands(&self.store, id).await.inspect_err(|_| self.standing.forget(&id))?;
        self.standing.put(id, stands, now);
        Ok(stands)
    }
}

fn caller(key: &ApiKey) -> Caller {
    Caller {
        name: key.name.clone(),
        scopes: key.scopes.clone(),
        credential: Credential::Key(key.id),
        expires_at: key.expires_at,
    }
}

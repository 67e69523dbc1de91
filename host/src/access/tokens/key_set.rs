//! The issuer's public keys (JSON Web Key Set, RFC 7517), fetched when they are needed.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use anyhow::ensure;
use jsonwebtoken::jwk::{Jwk, JwkSet};
use reqwest::Client;

use crate::{
    domain::time::{MINUTE, SECOND, Timestamp},
    http,
    service::ServiceError,
};

/// How long one attempt may take.
const TIMEOUT: Duration = Duration::from_secs(5);

/// Most bytes of a set.
const LARGEST: usize = 256 * 1_024;

/// After this time the set is fetched again, so that a key which the issuer gave up is not taken for ever.
const FRESH: i64 = 15 * MINUTE;

/// Least time between two attempts, so that made-up key ids do not trouble the issuer.
const PAUSE: i64 = MINUTE;

/// The same as long as there is no set at all.
const FIRST_PAUSE: i64 = 5 * SECOND;

/// Keys that are fetched when they are needed.
pub(super) struct KeySet {
    client: Client,
    url: String,
    known: Mutex<Known>,
    /// Held by whoever fetches; others that lack a key wait for the outcome.
    turn: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct Known {
    keys: Option<Arc<JwkSet>>,
    fetched_at: Timestamp,
    tried_at: Option<Timestamp>,
}

impl KeySet {
    pub(super) fn new(url: String) -> reqwest::Result<Self> {
        let client = http::client(TIMEOUT, |builder| builder)?;
        Ok(Self { client, url, known: Mutex::default(), turn: tokio::sync::Mutex::new(()) })
    }

    /// The key of this id, or the only one where a token names none.
    ///
    /// # Errors
    ///
    /// [`ServiceError::Unavailable`] if there was no set yet.
    pub(super) async fn find(&self, id: Option<&str>, now: Timestamp) -> Result<Option<Jwk>, ServiceError> {
        if self.lacks(id, now) {
            let _turn = self.turn.lock().await;
            if self.lacks(id, now) && self.may_try(now) {
                self.fetch(now).await;
            }
        }
        let Some(keys) = self.known().keys.clone() else {
            return Err(ServiceError::Unavailable {
                reason: "the issuer of tokens does not show its keys".to_owned(),
                retry_after: Duration::from_micros(FIRST_PAUSE.unsigned_abs()),
            });
        };
        Ok(choose(&keys, id).cloned())
    }

    fn known(&self) -> std::sync::MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn lacks(&self, id: Option<&str>, now: Timestamp) -> bool {
        let known = self.known();
        let is_old = !(0..FRESH).contains(&(now.0 - known.fetched_at.0));
        is_old || known.keys.as_ref().is_none_or(|keys| choose(keys, id).is_none())
    }

    fn may_try(&self, now: Timestamp) -> bool {
        let mut known = self.known();
        let pause = if known.keys.is_some() { PAUSE } else { FIRST_PAUSE };
        let may = known.tried_at.is_none_or(|last| !(0..pause).contains(&(now.0 - last.0)));
        if may {
            known.tried_at = Some(now);
        }
        may
    }

    /// Where this fails the old keys still count: an issuer that is away does not lock everybody out.
    async fn fetch(&self, now: Timestamp) {
        match self.download().await {
            Ok(keys) => {
                let mut known = self.known();
                known.keys = Some(Arc::new(keys));
                known.fetched_at = now;
            }
            Err(reason) => tracing::warn!("the keys at server.tokens.jwks_url cannot be had: {reason:#}"),
        }
    }

    async fn download(&self) -> anyhow::Result<JwkSet> {
        let mut answer = self.client.get(&self.url).send().await?.error_for_status()?;
        let mut bytes = Vec::new();
        while let Some(chunk) = answer.chunk().await? {
            ensure!(bytes.len() + chunk.len() <= LARGEST, "they are more than {LARGEST} bytes");
            bytes.extend_from_slice(&chunk);
        }
        Ok(serde_json::from_slice(&bytes)?)
    }
}

fn choose<'a>(keys: &'a JwkSet, id: Option<&str>) -> Option<&'a Jwk> {
    match (id, keys.keys.as_slice()) {
        (Some(id), _) => keys.find(id),
        (None, [only]) => Some(only),
        (None, _) => None,
    }
}

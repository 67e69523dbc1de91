use std::{net::IpAddr, sync::Arc, time::Duration};

use serde_json::Value;
use tokio::{sync::Semaphore, time::timeout};

use super::{
    Caller, Credential, SecretKey, bearer, charges::Charges, failures::Failures, keys::Keys, tokens::Tokens,
};
use crate::{config::ServerConfig, domain::time::Timestamp, service::ServiceError, store::Store};

/// How often a credential in use is looked at again.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

/// How many unknown keys are looked up at the same time for addresses that showed too many wrong ones.
const DOUBTFUL_AT_ONCE: usize = 2;

/// How long one of those waits for its turn.
const PATIENCE: Duration = Duration::from_secs(1);

/// Finds out who asks. A key that is made works at once; one that is revoked stops to work within two seconds, on all
/// hosts of the database.
pub struct Access {
    development: bool,
    clock: fn() -> Timestamp,
    keys: Arc<Keys>,
    tokens: Option<Tokens>,
    charges: Charges,
    failures: Failures,
    doubtful: Semaphore,
}

impl Access {
    /// By the keys of a store and the rules of a configuration.
    ///
    /// # Errors
    ///
    /// If tokens are to be taken and the machine's certificates cannot be read.
    pub fn new(config: &ServerConfig, store: Store, clock: fn() -> Timestamp) -> reqwest::Result<Self> {
        Ok(Self {
            development: config.development,
            clock,
            keys: Arc::new(Keys::new(store)),
            tokens: config.tokens.clone().map(Tokens::new).transpose()?,
            charges: Charges::new(config.requests_per_second, config.burst),
            failures: Failures::new(config.failures_per_minute),
            doubtful: Semaphore::new(DOUBTFUL_AT_ONCE),
        })
    }

    /// Who sends a request with this header `Authorization`, from this address.
    ///
    /// # Errors
    ///
    /// [`ServiceError::Unauthenticated`], whatever is wrong with the credential; [`ServiceError::Overloaded`] after too
    /// many wrong ones; another error if the database fails.
    pub async fn authenticate(&self, header: Option<&str>, from: IpAddr) -> Result<Caller, ServiceError> {
        match header {
            Some(header) => self.check(bearer::of_header(header), from).await,
            None => self.nobody(),
        }
    }

    /// Who opens a WebSocket with this payload of `connection_init`: `{"Authorization": "Bearer ..."}` or
    /// `{"apiKey": "..."}`.
    ///
    /// # Errors
    ///
    /// As [`Self::authenticate`].
    pub async fn authenticate_payload(&self, payload: &Value, from: IpAddr) -> Result<Caller, ServiceError> {
        match bearer::of_payload(payload) {
            Some(credential) => self.check(Some(credential), from).await,
            None => self.nobody(),
        }
    }

    fn nobody(&self) -> Result<Caller, ServiceError> {
        if self.development {
            return Ok(Caller::development());
        }
        let reason = "send `Authorization: Bearer` and an API key; `host key create` makes one".to_owned();
        Err(ServiceError::Unauthenticated { reason })
    }

    /// Whoever is valid is let in, whoever else may come from the same address.
    async fn check(&self, credential: Option<&str>, from: IpAddr) -> Result<Caller, ServiceError> {
        let now = (self.clock)();
        let found = match (credential.and_then(SecretKey::parse), &self.tokens, credential) {
            (Some(key), ..) => self.find(&key, from, now).await?,
            (None, Some(tokens), Some(token)) => tokens.check(token, now).await?,
            (None, ..) => None,
        };
        let Some(found) = found else {
            self.failures.check(from, now)?;
            self.failures.count(from, now);
            let reason = "this key or token is not valid; `host key create` makes a key".to_owned();
            return Err(ServiceError::Unauthenticated { reason });
        };
        Ok(found)
    }

    /// Made-up keys do not trouble the database: after too many of them, few are looked up at a time.
    async fn find(
        &self,
        key: &SecretKey,
        from: IpAddr,
        now: Timestamp,
    ) -> Result<Option<Caller>, ServiceError> {
        let _turn = match self.failures.check(from, now) {
            Err(refused) if !self.keys.knows(key, now) => {
                let turn = timeout(PATIENCE, self.doubtful.acquire()).await;
                Some(turn.map_err(|_| refused)?)
            }
            _ => None,
        };
        Ok(self.keys.find(key, now).await?)
    }

    /// Takes `units` requests off what the caller may ask for in a second. Each request was charged one unit already.
    ///
    /// # Errors
    ///
    /// [`ServiceError::Overloaded`] if the caller asked for too much lately, [`ServiceError::Invalid`] if as much is
    /// never allowed.
    pub fn charge(&self, caller: &Caller, units: u32) -> Result<(), ServiceError> {
        self.charges.charge(&caller.credential, units)
    }

    /// Done when the caller's credential has expired or is revoked, within two seconds.
    pub fn watch(&self, caller: &Caller) -> impl Future<Output = ()> + Send + 'static {
        let (keys, clock) = (Arc::clone(&self.keys), self.clock);
        let (credential, expires_at) = (caller.credential.clone(), caller.expires_at);
        async move {
            loop {
                let now = clock();
                if expires_at.is_some_and(|end| end <= now) {
                    return;
                }
                if let Credential::Key(id) = credential
                    // While the database is away nothing is delivered either.
                    && !keys.stands(id, now).await.unwrap_or(true)
                {
                    return;
                }
                tokio::time::sleep(LOOK_AGAIN).await;
            }
        }
    }
}

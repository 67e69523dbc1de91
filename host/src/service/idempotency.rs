//! A request that is sent again with its key is answered as the first time and not done again.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{Platform, Result, ServiceError};
use crate::{
    access::{Caller, Credential},
    domain::time::{DAY, SECOND, Timestamp},
    ledger::hash::Hash,
    store::idempotency::{self, Keyed, Room},
};

/// How long answers are kept.
const KEPT: i64 = DAY;

/// Beyond the time that a request may take, its host must have died.
const MARGIN: i64 = 5 * SECOND;

/// Longest answer that is kept, bytes.
pub const LONGEST: usize = 1 << 20;

/// What is kept for one caller: as many requests as a feed sends in a day, and answers of the usual size to them.
const ROOM: Room = Room { keys: 2_000_000, bytes: 1 << 30 };

/// When to try again where no more is kept: old answers go all the time.
const RETRY: Duration = Duration::from_secs(60);

/// An answer as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answered {
    /// HTTP status.
    pub status: u16,
    /// Media type, where there is a body.
    pub content_type: Option<String>,
    /// The body; nothing where it is too long to be kept, or no text.
    pub body: Option<String>,
}

/// Whether a request is to be done.
#[derive(Debug)]
pub enum Begun {
    /// It is; what it answers is to be kept.
    Fresh(Run),
    /// The same request is under way.
    UnderWay,
    /// The key belongs to another request.
    Another,
    /// It was done, and this was answered.
    Done(Answered),
}

/// A request that is under way. Dropped without an answer, its key is taken over later.
#[derive(Debug)]
pub struct Run(Keyed);

/// Begins a request with a key; `digest` is over everything that makes it what it is.
///
/// # Errors
///
/// If as much is kept for the caller as may be, or the database fails.
pub async fn begin(platform: &Platform, caller: &Caller, key: &str, digest: Hash) -> Result<Begun> {
    let now = platform.now();
    let request = Keyed { owner: owner(caller), key: key.to_owned(), digest, began_at: now };
    let patience = platform.config.server.request_timeout().as_micros() as i64 + MARGIN;
    let abandoned = Timestamp(now.0.saturating_sub(patience));
    let expires_at = Timestamp(now.0.saturating_add(KEPT));
    Ok(match idempotency::begin(platform.store(), &request, abandoned, expires_at, ROOM).await? {
        idempotency::Begun::Fresh => Begun::Fresh(Run(request)),
        idempotency::Begun::UnderWay => Begun::UnderWay,
        idempotency::Begun::Another => Begun::Another,
        idempotency::Begun::Full => {
            let reason = "as many answers are kept for you as may be, each for a day".to_owned();
            return Err(ServiceError::Overloaded { reason, retry_after: RETRY });
        }
        idempotency::Begun::Done(answer) => {
            let read = serde_json::from_value(answer);
            Begun::Done(read.map_err(|error| ServiceError::Internal(error.into()))?)
        }
    })
}

impl Run {
    /// Keeps what was answered; nothing, if it is to be tried again.
    ///
    /// # Errors
    ///
    /// If the database fails.
    pub async fn end(self, platform: &Platform, answer: Option<&Answered>) -> Result<()> {
        let store = platform.store();
        match answer.map(serde_json::to_value).transpose() {
            Ok(Some(answer)) => idempotency::keep(store, &self.0, &answer).await?,
            Ok(None) => idempotency::give_up(store, &self.0).await?,
            Err(error) => return Err(ServiceError::Internal(error.into())),
        }
        Ok(())
    }
}

/// Whose keys they are.
fn owner(caller: &Caller) -> String {
    match &caller.credential {
        Credential::Key(id) => format!("key {id}"),
        Credential::Token { issuer, subject } => format!("token {issuer} {subject}"),
        Credential::Host => "host".to_owned(),
        Credential::Development => "development".to_owned(),
    }
}

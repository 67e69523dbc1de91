use uuid::Uuid;

use super::{Scope, Scopes};
use crate::{domain::time::Timestamp, service::ServiceError};

/// Whoever asks.
#[derive(Clone, Debug)]
pub struct Caller {
    /// What records name as the one who did something.
    pub name: String,
    /// What the caller may do.
    pub scopes: Scopes,
    /// How the caller is known.
    pub credential: Credential,
    /// When that ends.
    pub expires_at: Option<Timestamp>,
}

/// How a caller is known.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Credential {
    /// By an API key of this id.
    Key(Uuid),
    /// By a token of this issuer and subject.
    Token {
        /// Who issued it.
        issuer: String,
        /// Whom it names.
        subject: String,
    },
    /// Not any more: the host does later what somebody asked for who might.
    Host,
    /// Not at all: the host runs in development mode and listens to this machine alone.
    Development,
}

impl Caller {
    /// Whoever works on this machine in development mode.
    pub fn development() -> Self {
        Self {
            name: "development".to_owned(),
            scopes: Scopes::from_iter([Scope::Admin]),
            credential: Credential::Development,
            expires_at: None,
        }
    }

    /// The host, for somebody who asked for something that takes long; it may see, and no more.
    pub fn of_job(requested_by: String) -> Self {
        Self {
            name: requested_by,
            scopes: Scopes::from_iter([Scope::Viewer]),
            credential: Credential::Host,
            expires_at: None,
        }
    }

    /// Goes on if the caller may do what asks for `needed`.
    ///
    /// # Errors
    ///
    /// [`ServiceError::Forbidden`].
    pub fn check(&self, needed: Scope) -> Result<(), ServiceError> {
        if self.scopes.cover(needed) { Ok(()) } else { Err(ServiceError::Forbidden { needed }) }
    }
}

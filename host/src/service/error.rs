use std::time::Duration;

use crate::{access::Scope, store::error::StoreError};

/// Why a caller does not get what was asked for. The text is for the caller; what went wrong inside is for the log.
#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    /// Nobody knows who asks.
    #[error("{reason}")]
    Unauthenticated {
        /// What is missing or wrong.
        reason: String,
    },
    /// The caller may not do this.
    #[error("this asks for the scope {}, which your key does not have", needed.name())]
    Forbidden {
        /// The scope that would do.
        needed: Scope,
    },
    /// There is no such record.
    #[error("there is no {what} {id}")]
    NotFound {
        /// Kind of record.
        what: &'static str,
        /// What was asked for.
        id: String,
    },
    /// An argument is not what it takes.
    #[error("{field}: {reason}")]
    Invalid {
        /// Name of the argument.
        field: String,
        /// What is wrong with it, and what would be right.
        reason: String,
    },
    /// The record is not in the state that this asks for.
    #[error("{reason}")]
    Conflict {
        /// What is in the way.
        reason: String,
    },
    /// What was asked for was here, and is no more.
    #[error("{reason}")]
    Expired {
        /// What is gone, and what is still there.
        reason: String,
    },
    /// Too much is asked at once, by everybody or by this caller.
    #[error("{reason}; try again in {} s", retry_after.as_secs().max(1))]
    Overloaded {
        /// Of what there is too much.
        reason: String,
        /// When to try again.
        retry_after: Duration,
    },
    /// Somebody else does this now, or nobody can at the moment.
    #[error("{reason}; try again in {} s", retry_after.as_secs().max(1))]
    Unavailable {
        /// Who or what is missing.
        reason: String,
        /// When to try again.
        retry_after: Duration,
    },
    /// Something failed inside.
    #[error("something failed inside; the log has it under this request's id")]
    Internal(#[source] anyhow::Error),
}

/// How long to wait when the database is busy or away.
const RETRY: Duration = Duration::from_secs(1);

impl ServiceError {
    /// A word for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unauthenticated { .. } => "UNAUTHENTICATED",
            Self::Forbidden { .. } => "FORBIDDEN",
            Self::NotFound { .. } => "NOT_FOUND",
            Self::Invalid { .. } => "INVALID",
            Self::Conflict { .. } => "CONFLICT",
            Self::Expired { .. } => "EXPIRED",
            Self::Overloaded { .. } => "OVERLOADED",
            Self::Unavailable { .. } => "UNAVAILABLE",
            Self::Internal(_) => "INTERNAL",
        }
    }

    /// When to try again, where that may help.
    pub const fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Overloaded { retry_after, .. } | Self::Unavailable { retry_after, .. } => {
                Some(*retry_after)
            }
            _ => None,
        }
    }

    /// An argument that is not what it takes.
    pub fn invalid(field: impl Into<String>, reason: impl Into<String>) -> Self {
        Self::Invalid { field: field.into(), reason: reason.into() }
    }

    /// A record that there is not.
    #[expect(clippy::needless_pass_by_value, reason = "whoever has an id hands it in as it is")]
    pub fn not_found(what: &'static str, id: impl ToString) -> Self {
        Self::NotFound { what, id: id.to_string() }
    }
}

impl From<StoreError> for ServiceError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NotPending { .. }
            | StoreError::Stale { .. }
            | StoreError::Action(_)
            | StoreError::Grouping(_)
            | StoreError::Recipient(_) => Self::Conflict { reason: error.to_string() },
            StoreError::Overloaded => Self::Overloaded {
                reason: "too many changes wait to be written".to_owned(),
                retry_after: RETRY,
            },
            StoreError::Database(sqlx::Error::PoolTimedOut | sqlx::Error::Io(_)) | StoreError::Abandoned => {
                tracing::warn!("the database is not there: {error}");
                Self::Unavailable { reason: "the database does not answer".to_owned(), retry_after: RETRY }
            }
            StoreError::Database(sqlx::Error::Database(refused))
                if cannot_be_kept(refused.code().as_deref()) =>
            {
                Self::invalid("value", format!("it cannot be kept: {}", refused.message()))
            }
            error => Self::Internal(error.into()),
        }
    }
}

/// Whether the database refused a value that it has no room or no letter for (`PostgreSQL` documentation, appendix A).
fn cannot_be_kept(code: Option<&str>) -> bool {
    const NUMBER: &str = "22003";
    const TIME: &str = "22008";
    const ZERO_CHARACTER: [&str; 2] = ["22021", "22P05"];
    code.is_some_and(|code| [NUMBER, TIME].contains(&code) || ZERO_CHARACTER.contains(&code))
}

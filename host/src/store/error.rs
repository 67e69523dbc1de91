//! What can go wrong between the host and its database.

use std::sync::Arc;

use uuid::Uuid;

use super::{
    actions::ActionError,
    leases::LeaseError,
    notifications::{GroupingError, RecipientError},
    rows::RowsError,
};
use crate::ledger::{block::DraftError, seal::SealError};

/// Why the store did not do something.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database refused or was not there.
    #[error("the database failed: {0}")]
    Database(#[from] sqlx::Error),
    /// A record cannot be written down in a block.
    #[error(transparent)]
    Draft(#[from] DraftError),
    /// Blocks could not be sealed.
    #[error("the ledger cannot be continued: {0}")]
    Seal(#[from] SealError),
    /// A decision that is to be answered has an answer.
    #[error("decision {decision} is not pending: somebody was faster; read it again")]
    NotPending {
        /// Its id.
        decision: Uuid,
    },
    /// A decision that is to be replaced has become another one.
    #[error(
        "decision {decision} is at revision {current} and no longer at {seen}; read it again and decide anew"
    )]
    Stale {
        /// Its id.
        decision: Uuid,
        /// The revision that was to be replaced.
        seen: i32,
        /// Its revision now.
        current: i32,
    },
    /// An action is not in the state that something asks for.
    #[error(transparent)]
    Action(#[from] ActionError),
    /// Notifications cannot be told together.
    #[error(transparent)]
    Grouping(#[from] GroupingError),
    /// Nobody can be reached in the way that is asked for.
    #[error(transparent)]
    Recipient(#[from] RecipientError),
    /// This host may not ingest.
    #[error(transparent)]
    Lease(#[from] LeaseError),
    /// Rows cannot be kept or removed in this way.
    #[error(transparent)]
    Rows(#[from] RowsError),
    /// The operating system gave no random bytes.
    #[error("the machine has no randomness: {0}")]
    NoRandomness(String),
    /// What the ledger's tables hold is not what the ledger wrote.
    #[error("the ledger is damaged: {0}; `host ledger verify` names all faults")]
    Damaged(String),
    /// A commit failed, or its answer was lost.
    #[error("nobody knows whether the change was committed: {0}")]
    Uncertain(Arc<StoreError>),
    /// Changes that were committed together failed together.
    #[error(transparent)]
    Group(Arc<StoreError>),
    /// The database failed before a change was begun.
    #[error("the change was given up, since the database failed; nothing of it has happened, so try again")]
    Abandoned,
    /// More is asked for than can be written.
    #[error("too many changes wait to be written; try again in a second")]
    Overloaded,
}

/// What the store answers.
pub type Result<T> = std::result::Result<T, StoreError>;

use std::{sync::Arc, time::Duration};

use crate::{detectors::error::LoadError, store::error::StoreError};

/// Why rows are not taken in. Of a request that fails some rows may be committed: they count as duplicates when it is
/// sent again.
#[derive(Clone, Debug, thiserror::Error)]
pub enum IngestError {
    /// Too many rows wait.
    #[error("{waiting} rows wait to be taken in, and there is room for {most}")]
    Overloaded {
        /// How many wait.
        waiting: usize,
        /// Most that may wait.
        most: usize,
    },
    /// The request is too large.
    #[error("{rows} rows at once; send at most {most} in a request")]
    TooManyRows {
        /// How many there are.
        rows: usize,
        /// Most of one request.
        most: usize,
    },
    /// The request is of too long a time.
    #[error("rows of {days} UTC days at once; send those of at most {most} in a request")]
    TooManyDays {
        /// Of how many days.
        days: usize,
        /// Most of one request.
        most: usize,
    },
    /// The host is about to end.
    #[error("the host is stopping and takes in nothing more")]
    Stopping,
    /// Another host takes in rows of the same symbol or trader.
    #[error("another host{} takes in rows of {subject}", address.as_deref().map(|it| format!(", {it},")).unwrap_or_default())]
    HeldElsewhere {
        /// Symbol or trader.
        subject: String,
        /// Where that host listens.
        address: Option<String>,
        /// How long it surely holds it.
        wait: Duration,
    },
    /// More symbols and traders than the host watches.
    #[error(
        "{subject} would be one more than the {most} symbols and traders that this host watches; raise ingest.subjects"
    )]
    TooManySubjects {
        /// The one too many.
        subject: String,
        /// `ingest.subjects`.
        most: usize,
    },
    /// Components could not be started again.
    #[error("components cannot be started: {0}")]
    Components(Arc<LoadError>),
    /// The database failed.
    #[error(transparent)]
    Store(Arc<StoreError>),
}

impl IngestError {
    /// Whether what was handed in may be why, so that it is worth trying without the rest.
    pub(super) fn is_about_rows(&self) -> bool {
        match self {
            Self::Store(error) => match &**error {
                StoreError::Rows(_) => true,
                StoreError::Database(error) => error.as_database_error().is_some(),
                _ => false,
            },
            _ => false,
        }
    }
}

impl From<StoreError> for IngestError {
    fn from(error: StoreError) -> Self {
        Self::Store(Arc::new(error))
    }
}

impl From<LoadError> for IngestError {
    fn from(error: LoadError) -> Self {
        Self::Components(Arc::new(error))
    }
}

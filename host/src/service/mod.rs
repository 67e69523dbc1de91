//! What callers may ask for: one function for each, under both APIs. A function checks the caller's scope first, and
//! answers in the types of [`views`], which GraphQL and REST show alike. Neither API reaches the store around it.

pub mod actions;
pub mod anomalies;
pub mod backtests;
pub mod controls;
pub mod dashboard;
pub mod decisions;
mod error;
pub mod exports;
pub mod files;
pub mod idempotency;
mod ids;
pub mod ingest;
pub mod jobs;
pub mod keys;
pub mod ledger;
pub mod metrics;
pub mod notifications;
pub mod page;
pub mod plugins;
pub mod policies;
pub mod recipients;
pub mod statistics;
pub mod subscriptions;
pub mod system;
pub mod verification;
pub mod views;
mod words;

use std::sync::Arc;

use tokio::sync::Semaphore;

use crate::{
    access::Access,
    config::Config,
    decide::desk::Desk,
    domain::time::Timestamp,
    feed::{Feed, Latest},
    live::{Claims, Engine},
    observe::Metrics,
    reload::Code,
    store::{Store, journal::Journal},
};

pub use error::ServiceError;
pub use ids::Ids;
use subscriptions::DashboardState;
use verification::Verifications;

/// What a function of this layer answers.
pub type Result<T> = std::result::Result<T, ServiceError>;

/// Everything that a running host has.
pub struct Platform {
    /// Settings.
    pub config: Arc<Config>,
    /// The store, and the key to write blocks with.
    pub journal: Journal,
    /// Who asks.
    pub access: Access,
    /// What happens, to whoever subscribes.
    pub feed: Feed,
    /// The dashboard that all see who watch it.
    pub dashboard: Latest<DashboardState>,
    /// The machine's clock, or a test's.
    pub clock: fn() -> Timestamp,
    /// Makes ids of new records.
    pub ids: Ids,
    /// What is counted as it happens.
    pub metrics: Metrics,
    /// Since when the host runs.
    pub started_at: Timestamp,
    /// What reads the whole ledger does so one at a time.
    pub ledger_reader: Semaphore,
    /// The check of the ledger that is under way.
    pub verifications: Verifications,
    /// Where rows are handed in.
    pub engine: Engine,
    /// Where anomalies are decided about.
    pub desk: Arc<Desk>,
    /// Which symbols and traders are this host's.
    pub claims: Claims,
    /// What runs, and what replaces it.
    pub code: Code,
}

impl Platform {
    /// Where records are.
    pub const fn store(&self) -> &Store {
        self.journal.store()
    }

    /// The moment.
    pub fn now(&self) -> Timestamp {
        (self.clock)()
    }
}

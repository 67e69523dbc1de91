//! Everything in Postgres. SQL lives here and nowhere else.

pub mod actions;
pub mod anomalies;
pub mod api_keys;
pub mod automation;
pub mod backlog;
pub mod blocks;
pub mod change;
mod clock_time;
mod columns;
pub mod connect;
pub mod controls;
pub mod databases;
pub mod decisions;
pub mod error;
mod exact;
pub mod feed;
pub mod forget;
pub mod group;
mod hash;
pub mod head_copy;
pub mod idempotency;
pub mod job_files;
pub mod jobs;
pub mod journal;
mod keys;
pub mod leases;
pub mod migrate;
pub mod notifications;
pub mod oldest;
pub mod outbox;
pub mod overview;
pub mod page;
pub mod policies;
pub mod pseudonyms;
pub mod realtime;
pub mod requests;
mod retention;
pub mod rows;
pub mod runs;
pub mod surroundings;
pub mod tally;
mod timestamp;
pub mod uploads;
pub mod versions;
pub mod withdrawals;

use std::sync::Arc;

use sqlx::PgPool;

/// A connection pool to the platform's database.
#[derive(Clone, Debug)]
pub struct Store {
    pool: PgPool,
    days: Arc<rows::KnownDays>,
}

impl Store {
    /// A store over a pool whose database is migrated.
    pub fn new(pool: PgPool) -> Self {
        Self { pool, days: Arc::default() }
    }

    /// The same through at most so many connections of its own. Few that are always in use have their plans made and
    /// their memory warm, and nothing else holds them.
    #[must_use]
    pub fn apart(&self, connections: u32) -> Self {
        Self { pool: connect::apart(&self.pool, connections), days: Arc::clone(&self.days) }
    }

    /// Its connections.
    pub const fn pool(&self) -> &PgPool {
        &self.pool
    }
}

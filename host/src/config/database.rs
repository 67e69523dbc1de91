use std::{num::NonZeroU32, path::PathBuf, time::Duration};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::DatabaseUrl;

/// Where records are stored.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct DatabaseConfig {
    /// A Postgres that somebody else runs, as `postgres://user:password@host:port/database`. Without it the host
    /// runs a private one in its data folder.
    pub url: Option<DatabaseUrl>,
    /// Most connections that one host opens for requests and jobs; it has four more for what it takes in and for the
    /// ledger's news.
    pub max_connections: NonZeroU32,
    /// Seconds to wait for a connection.
    pub connect_timeout_seconds: NonZeroU32,
    /// Folder of the Postgres programs, if not found by itself.
    #[schemars(with = "Option<String>")]
    pub postgres_bin: Option<PathBuf>,
    /// Account that a private Postgres runs under when the host runs as root.
    pub account: Option<String>,
    /// Seconds that a private Postgres may take to start. Recovery after a power failure counts.
    pub start_timeout_seconds: NonZeroU32,
}

impl Default for DatabaseConfig {
    fn default() -> Self {
        Self {
            url: None,
            max_connections: NonZeroU32::MIN.saturating_add(15),
            connect_timeout_seconds: NonZeroU32::MIN.saturating_add(9),
            postgres_bin: None,
            account: None,
            start_timeout_seconds: NonZeroU32::MIN.saturating_add(119),
        }
    }
}

impl DatabaseConfig {
    /// Longest wait for a connection.
    pub fn connect_timeout(&self) -> Duration {
        seconds(self.connect_timeout_seconds)
    }

    /// Longest wait for a private Postgres.
    pub fn start_timeout(&self) -> Duration {
        seconds(self.start_timeout_seconds)
    }
}

fn seconds(count: NonZeroU32) -> Duration {
    Duration::from_secs(count.get().into())
}

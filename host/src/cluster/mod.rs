//! A Postgres without ceremony: somebody else's, where a URL is configured, or else a private one.
//!
//! A private cluster is served from the data folder to any number of hosts on this machine. The first starts it, the
//! last to leave stops it. Nothing about that is remembered in files: who is there is told by locks, which the
//! system releases however a process ends.

mod account;
mod binaries;
mod error;
mod folders;
mod initialise;
mod locks;
mod private;
mod server;
mod settings;

use std::path::PathBuf;

use tokio::task::spawn_blocking;

use crate::config::{Config, DatabaseUrl};

use binaries::Binaries;
pub use error::ClusterError;

use private::Attached;

/// A database to work with. What runs a private one leaves it when this is dropped, and better by [`close`].
///
/// [`close`]: Database::close
#[derive(Debug)]
pub struct Database {
    url: DatabaseUrl,
    private: Option<Attached>,
}

/// Makes the configured database available, starting a private cluster if need be.
///
/// # Errors
/// The private cluster cannot be made, started or used. An external database is not asked yet.
pub async fn open(config: &Config) -> Result<Database, ClusterError> {
    if let Some(url) = &config.database.url {
        return Ok(Database { url: url.clone(), private: None });
    }
    let config = config.clone();
    let attached = blocking(move || Attached::to(&config)).await?;
    Ok(Database { url: attached.url()?, private: Some(attached) })
}

/// Whether [`open`] would find a database, or make a new one.
pub fn exists(config: &Config) -> bool {
    config.database.url.is_some() || private::exists(&config.data_dir)
}

impl Database {
    /// What to connect with.
    pub fn url(&self) -> &DatabaseUrl {
        &self.url
    }

    /// Folder of the private cluster, if it is one.
    pub fn folder(&self) -> Option<PathBuf> {
        self.private.as_ref().map(Attached::folder)
    }

    /// A Postgres program such as `pg_dump` that fits the server: of the private cluster's version, or else the
    /// first that is found.
    ///
    /// # Errors
    /// There is none.
    pub fn program(&self, config: &Config, name: &'static str) -> Result<PathBuf, ClusterError> {
        let configured = config.database.postgres_bin.as_deref();
        self.private.as_ref().map_or_else(
            || Binaries::client(configured, name),
            |attached| attached.binaries(configured)?.program(name),
        )
    }

    /// Leaves the private cluster, and stops it if nobody else uses it.
    ///
    /// # Errors
    /// The cluster could not be stopped.
    pub async fn close(self) -> Result<(), ClusterError> {
        match self.private {
            Some(attached) => blocking(move || attached.leave()).await,
            None => Ok(()),
        }
    }
}

/// Runs to its end even where nobody waits for it any longer.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, ClusterError> + Send + 'static,
) -> Result<T, ClusterError> {
    spawn_blocking(work).await.map_err(|_| ClusterError::Interrupted)?
}

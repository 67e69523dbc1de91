//! Attaching to the private cluster, and leaving it.

use std::{
    path::{Path, PathBuf},
    process::Child,
};

use nix::unistd::{User, geteuid};

use crate::config::{Config, DatabaseConfig, DatabaseUrl};

use super::{
    account::Account,
    binaries::Binaries,
    error::ClusterError,
    folders::{Folders, PORT},
    initialise,
    locks::{Lease, Turn},
    server,
    settings::{self, ROLE},
};

/// This host's part in the private cluster.
#[derive(Debug)]
pub(super) struct Attached {
    folders: Folders,
    /// `None` once given back.
    lease: Option<Lease>,
    /// The server, if this host started it.
    server: Option<Child>,
}

/// Whether there are data of a private cluster.
pub(super) fn exists(data_dir: &Path) -> bool {
    Folders::of(data_dir).data().exists()
}

impl Attached {
    /// Starts the cluster unless it runs, making it first if need be, and takes a lease on it.
    pub(super) fn to(config: &Config) -> Result<Self, ClusterError> {
        let folders = Folders::of(&config.data_dir);
        folders.make_home()?;
        let _turn = Turn::wait(&folders.turn())?;
        let running = server::settles(&folders, config.database.start_timeout())?;
        let server = if running { None } else { Some(started(&folders, &config.database)?) };
        let lease = Some(Lease::take(&folders.hosts())?);
        Ok(Self { folders, lease, server })
    }

    pub(super) fn url(&self) -> Result<DatabaseUrl, ClusterError> {
        DatabaseUrl::behind_socket(&self.folders.socket, PORT, ROLE, ROLE).map_err(ClusterError::Path)
    }

    /// The programs that the data were made by.
    pub(super) fn binaries(&self, configured: Option<&Path>) -> Result<Binaries, ClusterError> {
        binaries(&self.folders, configured)
    }

    pub(super) fn folder(&self) -> PathBuf {
        self.folders.home.clone()
    }

    /// Gives the lease back, and stops the server if it was the last.
    pub(super) fn leave(mut self) -> Result<(), ClusterError> {
        self.give_back()
    }

    fn give_back(&mut self) -> Result<(), ClusterError> {
        let Some(lease) = self.lease.take() else { return Ok(()) };
        let _turn = Turn::wait(&self.folders.turn())?;
        if lease.give_back()? {
            server::stop(&self.folders)?;
        }
        if let Some(mut server) = self.server.take() {
            // Leaves no defunct process behind; it goes on if others use it.
            let _ = server.try_wait();
        }
        Ok(())
    }
}

/// Whoever leaves by an error or a signal leaves all the same.
impl Drop for Attached {
    fn drop(&mut self) {
        if let Err(error) = self.give_back() {
            eprintln!("warning: {error}");
        }
    }
}

fn started(folders: &Folders, config: &DatabaseConfig) -> Result<Child, ClusterError> {
    let account = Account::choose(&folders.data(), config.account.as_deref())?;
    if let Some(account) = &account {
        account.check_reaches(&folders.home)?;
    }
    folders.make_own(account.as_ref())?;
    let binaries = binaries(folders, config.postgres_bin.as_deref())?;
    if initialise::version(folders)?.is_none() {
        initialise::create(folders, &binaries, account.as_ref())?;
    }
    settings::write(folders, &account.as_ref().map_or_else(own_name, |account| account.name().to_owned()))?;
    server::start(folders, &binaries, account.as_ref(), config.start_timeout())
}

fn binaries(folders: &Folders, configured: Option<&Path>) -> Result<Binaries, ClusterError> {
    let (version, data) = (initialise::version(folders)?, folders.data());
    Binaries::find(configured, version.as_deref().map(|version| (version, data.as_path())))
}

fn own_name() -> String {
    User::from_uid(geteuid()).ok().flatten().map(|user| user.name).unwrap_or_default()
}

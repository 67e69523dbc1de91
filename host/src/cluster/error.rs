//! What can go wrong with a private cluster, each with the way out.

use std::{io, path::PathBuf, time::Duration};

/// Why a private cluster cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ClusterError {
    /// The machine has no Postgres.
    #[error(
        "no Postgres server was found in {searched}. Install it:\n    \
         Debian, Ubuntu:  sudo apt-get install postgresql\n    \
         Fedora:          sudo dnf install postgresql-server\n    \
         macOS:           brew install postgresql@17\n\
         or name its folder of programs as database.postgres_bin, or somebody else's server as database.url"
    )]
    NoBinaries {
        /// Where it was looked for.
        searched: String,
    },
    /// A program is not among the others.
    #[error("{program} is not in {folder}; install the Postgres client programs of the same version")]
    NoProgram {
        /// Its name.
        program: &'static str,
        /// Folder of the others.
        folder: PathBuf,
    },
    /// The data belong to another major version.
    #[error(
        "{folder} was made by Postgres {made_by}, and this machine has {found}. Install Postgres {made_by}, or take \
         the data over: with the old version `host db backup FILE`, then move {folder} away and, with the new one, \
         `host db restore FILE`"
    )]
    OtherVersion {
        /// The data folder.
        folder: PathBuf,
        /// Major version of the data.
        made_by: String,
        /// Major versions of the programs found.
        found: String,
    },
    /// No account to run under.
    #[error(
        "Postgres does not run as root, and there is no account {tried}; create one (`useradd --system vyomo`) or \
         name another as database.account"
    )]
    NoAccount {
        /// Accounts looked for.
        tried: String,
    },
    /// The account cannot reach its own folder.
    #[error(
        "Postgres runs as {account}, which may not enter {folder}; allow it (`chmod a+x {folder}`), or put data_dir \
         elsewhere, for example in /var/lib/vyomo"
    )]
    Unreachable {
        /// The account.
        account: String,
        /// The folder that stops it.
        folder: PathBuf,
    },
    /// A folder or file cannot be used.
    #[error("{path}: {reason}; the private database needs it, see data_dir")]
    File {
        /// The folder or file.
        path: PathBuf,
        /// What the system said.
        reason: io::Error,
    },
    /// The folder of the socket is not the host's own.
    #[error(
        "{path} belongs to somebody else, so no socket is put there; remove it, or use a shorter data_dir"
    )]
    ForeignSocket {
        /// The folder.
        path: PathBuf,
    },
    /// A data folder without data.
    #[error("{path} is no Postgres data folder, and is not empty; move it away or use another data_dir")]
    NotACluster {
        /// The folder.
        path: PathBuf,
    },
    /// A path cannot be written into the settings of Postgres.
    #[error("{0}; use another data_dir")]
    Path(String),
    /// A program could not be run.
    #[error("{program} cannot be run: {reason}")]
    Spawn {
        /// The program.
        program: PathBuf,
        /// What the system said.
        reason: io::Error,
    },
    /// The data folder could not be made.
    #[error("a new database cannot be made in {folder}: {said}")]
    Initialise {
        /// The data folder.
        folder: PathBuf,
        /// What Postgres said.
        said: String,
    },
    /// The server ended while it was starting.
    #[error("Postgres does not start in {folder}; it said:\n{said}")]
    Start {
        /// The cluster's folder.
        folder: PathBuf,
        /// End of its log.
        said: String,
    },
    /// The server is not ready in time.
    #[error(
        "Postgres in {folder} was not ready within {}; it said:\n{said}\nIf it is recovering, allow it more with \
         database.start_timeout_seconds",
        seconds(.limit)
    )]
    Slow {
        /// The cluster's folder.
        folder: PathBuf,
        /// How long was waited.
        limit: Duration,
        /// End of its log.
        said: String,
    },
    /// Another host holds the lock.
    #[error("another host has been starting or stopping the database for {}; its lock is {path}", seconds(.limit))]
    Locked {
        /// The lock's file.
        path: PathBuf,
        /// How long was waited.
        limit: Duration,
    },
    /// The server does not stop.
    #[error("Postgres in {folder} (process {process}) does not stop; end it by `kill -QUIT {process}`")]
    Stop {
        /// The cluster's folder.
        folder: PathBuf,
        /// Its process, or 0 if not known.
        process: i32,
    },
    /// The work was cut off by the end of this process.
    #[error("the start of the database was interrupted")]
    Interrupted,
}

fn seconds(limit: &Duration) -> String {
    format!("{} s", limit.as_secs())
}

//! Who is there, told by `flock`: the system releases a lock however its holder ends.

use std::{
    fs::{File, OpenOptions, TryLockError},
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant},
};

use super::error::ClusterError;

/// Pause between two looks.
pub(super) const PAUSE: Duration = Duration::from_millis(5);

/// Longest wait for another host that starts or stops the server.
const PATIENCE: Duration = Duration::from_mins(3);

/// The exclusive right to start and stop, until dropped.
#[derive(Debug)]
pub(super) struct Turn {
    _file: File,
}

impl Turn {
    /// Waits for its turn, but not for ever.
    pub(super) fn wait(path: &Path) -> Result<Self, ClusterError> {
        let file = open(path)?;
        let began = Instant::now();
        while !try_exclusive(&file, path)? {
            if began.elapsed() > PATIENCE {
                return Err(ClusterError::Locked { path: path.into(), limit: PATIENCE });
            }
            thread::sleep(PAUSE);
        }
        Ok(Self { _file: file })
    }
}

/// The sign of one attached host. Taken and given back in one's [`Turn`] only.
#[derive(Debug)]
pub(super) struct Lease {
    file: File,
    path: PathBuf,
}

impl Lease {
    pub(super) fn take(path: &Path) -> Result<Self, ClusterError> {
        let file = open(path)?;
        file.lock_shared().map_err(|reason| unusable(path, reason))?;
        Ok(Self { file, path: path.into() })
    }

    /// Gives the lease back; whether it was the last.
    pub(super) fn give_back(&self) -> Result<bool, ClusterError> {
        self.file.unlock().map_err(|reason| unusable(&self.path, reason))?;
        try_exclusive(&self.file, &self.path)
    }
}

/// A file for the server to hold locked: as its standard input it stays open as long as any process of it lives.
/// `None` if one does.
pub(super) fn for_server(path: &Path) -> Result<Option<File>, ClusterError> {
    let file = open(path)?;
    Ok(try_exclusive(&file, path)?.then_some(file))
}

fn open(path: &Path) -> Result<File, ClusterError> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false).mode(0o600);
    options.open(path).map_err(|reason| unusable(path, reason))
}

fn try_exclusive(file: &File, path: &Path) -> Result<bool, ClusterError> {
    match file.try_lock() {
        Ok(()) => Ok(true),
        Err(TryLockError::WouldBlock) => Ok(false),
        Err(TryLockError::Error(reason)) => Err(unusable(path, reason)),
    }
}

fn unusable(path: &Path, reason: std::io::Error) -> ClusterError {
    ClusterError::File { path: path.into(), reason }
}

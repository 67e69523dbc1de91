//! Where a private cluster keeps what.

use std::{
    fs::{self, DirBuilder, Permissions},
    io::ErrorKind,
    os::unix::fs::{DirBuilderExt as _, MetadataExt as _, PermissionsExt as _},
    path::{Path, PathBuf},
};

use nix::unistd::geteuid;
use sha2::{Digest as _, Sha256};

use super::{account::Account, error::ClusterError};

/// Longest path of a socket, in bytes (`sun_path` of Linux without its terminator).
const LONGEST_SOCKET: usize = 107;

/// Only the number in the socket's name: nothing listens on a network.
pub(super) const PORT: u16 = 5432;

/// Folders and files of one cluster. The home is the host's; what Postgres writes to belongs to its account.
#[derive(Clone, Debug)]
pub(super) struct Folders {
    /// All but, perhaps, the socket.
    pub(super) home: PathBuf,
    /// Folder of the socket.
    pub(super) socket: PathBuf,
}

impl Folders {
    pub(super) fn of(data_dir: &Path) -> Self {
        let home = data_dir.join("postgres");
        let near = home.join("socket");
        let socket = if socket_file(&near).as_os_str().len() > LONGEST_SOCKET { far(&home) } else { near };
        Self { home, socket }
    }

    /// What Postgres keeps.
    pub(super) fn data(&self) -> PathBuf {
        self.home.join("data")
    }

    /// What becomes `data` once it is whole.
    pub(super) fn unfinished(&self) -> PathBuf {
        self.home.join("data.unfinished")
    }

    /// What Postgres says, a file for each day of the week.
    pub(super) fn log(&self) -> PathBuf {
        self.home.join("log")
    }

    /// What Postgres says before it opens its log.
    pub(super) fn first_words(&self) -> PathBuf {
        self.home.join("start.log")
    }

    /// The socket itself.
    pub(super) fn socket_file(&self) -> PathBuf {
        socket_file(&self.socket)
    }

    /// Lock: one host at a time starts or stops.
    pub(super) fn turn(&self) -> PathBuf {
        self.home.join("turn.lock")
    }

    /// Lock: shared by all attached hosts.
    pub(super) fn hosts(&self) -> PathBuf {
        self.home.join("hosts.lock")
    }

    /// Lock: held by the server.
    pub(super) fn server(&self) -> PathBuf {
        self.home.join("server.lock")
    }

    /// Makes the home, which others may pass but not read when it is root's.
    pub(super) fn make_home(&self) -> Result<(), ClusterError> {
        let mode = if geteuid().is_root() { 0o711 } else { 0o700 };
        if let Some(data_dir) = self.home.parent()
            && !data_dir.exists()
        {
            fs::create_dir_all(data_dir).map_err(unusable(data_dir))?;
            fs::set_permissions(data_dir, Permissions::from_mode(mode)).map_err(unusable(data_dir))?;
        }
        fs::create_dir_all(&self.home).map_err(unusable(&self.home))?;
        if fs::metadata(&self.home).map_err(unusable(&self.home))?.uid() == geteuid().as_raw() {
            fs::set_permissions(&self.home, Permissions::from_mode(mode)).map_err(unusable(&self.home))?;
        }
        Ok(())
    }

    /// Makes the folders of socket and log, for Postgres alone.
    pub(super) fn make_own(&self, account: Option<&Account>) -> Result<(), ClusterError> {
        own(&self.log(), account)?;
        own(&self.socket, account)?;
        let socket = fs::symlink_metadata(&self.socket).map_err(unusable(&self.socket))?;
        let owner = account.map_or_else(|| geteuid().as_raw(), Account::uid);
        let sound = socket.is_dir() && socket.uid() == owner && socket.mode() & 0o777 == 0o700;
        if sound { Ok(()) } else { Err(ClusterError::ForeignSocket { path: self.socket.clone() }) }
    }
}

/// Makes a folder that only the account may enter, unless it is there.
pub(super) fn own(folder: &Path, account: Option<&Account>) -> Result<(), ClusterError> {
    match DirBuilder::new().mode(0o700).create(folder) {
        Ok(()) => account.map_or(Ok(()), |account| account.own(folder)),
        Err(reason) if reason.kind() == ErrorKind::AlreadyExists => Ok(()),
        Err(reason) => Err(unusable(folder)(reason)),
    }
}

/// Says which path a failure is about.
pub(super) fn unusable(path: &Path) -> impl FnOnce(std::io::Error) -> ClusterError {
    move |reason| ClusterError::File { path: path.into(), reason }
}

fn socket_file(folder: &Path) -> PathBuf {
    folder.join(format!(".s.PGSQL.{PORT}"))
}

/// A short path of its own for each home.
fn far(home: &Path) -> PathBuf {
    let digest = Sha256::digest(home.as_os_str().as_encoded_bytes());
    let name = digest.iter().take(8).fold(String::from("vyomo-"), |name, byte| format!("{name}{byte:02x}"));
    Path::new("/tmp").join(name)
}

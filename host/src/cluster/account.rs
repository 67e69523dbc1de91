//! Whom Postgres runs as, since it refuses root.

use std::{
    env, fs,
    os::unix::{
        fs::{MetadataExt as _, chown},
        process::CommandExt as _,
    },
    path::Path,
    process::Command,
};

use nix::unistd::{Uid, User, geteuid};

use super::error::ClusterError;

/// Tried in this order when none is configured.
const USUAL: [&str; 3] = ["vyomo", "postgres", "nobody"];

/// An account that root lends Postgres. `None` stands for the host's own, where that is not root.
#[derive(Clone, Debug)]
pub(super) struct Account {
    name: String,
    uid: u32,
    gid: u32,
}

impl Account {
    /// The owner of data that are there already, the configured one, or the first usual one of this machine.
    pub(super) fn choose(data: &Path, configured: Option<&str>) -> Result<Option<Self>, ClusterError> {
        if !geteuid().is_root() {
            return Ok(None);
        }
        if let Some(owner) = owner(data) {
            return Ok(Some(owner));
        }
        let tried = configured.map_or_else(|| USUAL.to_vec(), |name| vec![name]);
        let found = tried.iter().find_map(|name| User::from_name(name).ok().flatten());
        let user = found
            .filter(|user| !user.uid.is_root())
            .ok_or_else(|| ClusterError::NoAccount { tried: tried.join(" or ") })?;
        Ok(Some(user.into()))
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn uid(&self) -> u32 {
        self.uid
    }

    /// Gives a folder to the account.
    pub(super) fn own(&self, path: &Path) -> Result<(), ClusterError> {
        chown(path, Some(self.uid), Some(self.gid))
            .map_err(|reason| ClusterError::File { path: path.into(), reason })
    }

    /// Refuses a folder that the account cannot reach.
    pub(super) fn check_reaches(&self, folder: &Path) -> Result<(), ClusterError> {
        let closed = folder.ancestors().find(|ancestor| !self.may_enter(ancestor));
        closed.map_or(Ok(()), |folder| {
            Err(ClusterError::Unreachable { account: self.name.clone(), folder: folder.into() })
        })
    }

    fn may_enter(&self, folder: &Path) -> bool {
        fs::metadata(folder).is_ok_and(|it| {
            let bit = if it.uid() == self.uid {
                0o100
            } else if it.gid() == self.gid {
                0o010
            } else {
                0o001
            };
            it.mode() & bit != 0
        })
    }
}

impl From<User> for Account {
    fn from(user: User) -> Self {
        Self { name: user.name, uid: user.uid.as_raw(), gid: user.gid.as_raw() }
    }
}

fn owner(data: &Path) -> Option<Account> {
    let uid = fs::metadata(data).ok()?.uid();
    let user = User::from_uid(Uid::from_raw(uid)).ok()??;
    (!user.uid.is_root()).then(|| user.into())
}

/// A program as the account, with nothing of the host's environment that could change what it does. Setting the
/// user id as root drops all supplementary groups.
pub(super) fn command(program: &Path, account: Option<&Account>, folder: &Path) -> Command {
    let mut command = Command::new(program);
    command.current_dir(folder).env_clear().env("LC_ALL", "C");
    command.envs(env::var_os("PATH").map(|path| ("PATH", path)));
    if let Some(account) = account {
        command.uid(account.uid).gid(account.gid);
    }
    command
}

//! Where the host keeps things unless told.

use std::{env, path::PathBuf};

use nix::unistd::{User, geteuid};

const OF_THE_SYSTEM: &str = "/var/lib/vyomo";

/// `/var/lib/vyomo` for root; for others `vyomo` in `$XDG_DATA_HOME` or `~/.local/share`
/// (XDG Base Directory Specification 0.8).
pub(super) fn usual() -> PathBuf {
    if geteuid().is_root() {
        return OF_THE_SYSTEM.into();
    }
    let of_the_user = || absolute("XDG_DATA_HOME").or_else(|| home().map(|home| home.join(".local/share")));
    of_the_user().map_or_else(|| OF_THE_SYSTEM.into(), |folder| folder.join("vyomo"))
}

fn home() -> Option<PathBuf> {
    absolute("HOME").or_else(|| Some(User::from_uid(geteuid()).ok()??.dir))
}

/// The specification has relative paths ignored.
fn absolute(variable: &str) -> Option<PathBuf> {
    env::var_os(variable).map(PathBuf::from).filter(|path| path.is_absolute())
}

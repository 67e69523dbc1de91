//! Files that only their owner can read, checked on the open file so that nothing can change in between.

use std::{
    fs::{File, Metadata, OpenOptions},
    io::{self, ErrorKind, Read as _, Write as _},
    os::unix::fs::{MetadataExt as _, OpenOptionsExt as _},
    path::Path,
};

use nix::{libc, unistd::geteuid};
use zeroize::Zeroizing;

use super::KeyError;

/// No key is larger, bytes.
const MAX_BYTES: u64 = 4096;

/// Reads a secret text.
pub(super) fn read(path: &Path) -> Result<Zeroizing<String>, KeyError> {
    let unreadable = |error: io::Error| match error.raw_os_error() {
        Some(libc::ENOENT) => KeyError::Missing(path.into()),
        Some(libc::ELOOP) => exposed(path, "it is a symbolic link; name the file itself"),
        _ => KeyError::File { path: path.into(), error },
    };
    let file = OpenOptions::new()
        .read(true)
        .custom_flags(libc::O_NOFOLLOW | libc::O_NONBLOCK | libc::O_CLOEXEC)
        .open(path)
        .map_err(unreadable)?;
    owned(path, &file.metadata().map_err(unreadable)?)?;
    let mut text = Zeroizing::new(String::with_capacity(MAX_BYTES as usize));
    file.take(MAX_BYTES).read_to_string(&mut text).map_err(unreadable)?;
    Ok(text)
}

/// Writes a secret text to a file that must not exist yet, and waits until it is on the disk.
pub(super) fn create(path: &Path, text: &str) -> Result<(), KeyError> {
    let unwritable = |error: io::Error| match error.kind() {
        ErrorKind::AlreadyExists => KeyError::Exists(path.into()),
        _ => KeyError::File { path: path.into(), error },
    };
    let mut file =
        OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).map_err(unwritable)?;
    file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(unwritable)?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(unwritable)
}

fn owned(path: &Path, metadata: &Metadata) -> Result<(), KeyError> {
    if !metadata.is_file() {
        return Err(exposed(path, "it is not a regular file; `host ledger keygen` writes one"));
    }
    if metadata.uid() != geteuid().as_raw() {
        return Err(exposed(path, "it belongs to another account; a host reads only a key of its own"));
    }
    let mode = metadata.mode() & 0o777;
    if mode & 0o077 != 0 {
        let reason = format!("others can reach it (mode {mode:03o}); run `chmod 600 {}`", path.display());
        return Err(exposed(path, &reason));
    }
    Ok(())
}

fn exposed(path: &Path, reason: &str) -> KeyError {
    KeyError::Exposed { path: path.into(), reason: reason.to_owned() }
}

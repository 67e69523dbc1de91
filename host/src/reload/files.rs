//! What is brought back is put where operators look: into the folders.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use super::ReloadError;
use crate::{
    detectors::admission::Signature,
    store::{policies::Files, versions::ComponentVersion},
};

/// Puts a kept component into a file, and what its publisher said beside it.
pub(super) fn put_component(path: &Path, kept: &ComponentVersion) -> Result<(), ReloadError> {
    let beside = Signature::file(path);
    match kept.signature.as_deref().and_then(|bytes| bytes.try_into().ok()) {
        Some(signature) => put(&beside, Signature::from_bytes(signature).to_text().as_bytes())?,
        None => drop_file(&beside)?,
    }
    put(path, &kept.bytes)
}

fn drop_file(path: &Path) -> Result<(), ReloadError> {
    match fs::remove_file(path) {
        Err(reason) if reason.kind() != io::ErrorKind::NotFound => {
            Err(ReloadError::Folder { path: path.into(), reason })
        }
        _ => Ok(()),
    }
}

/// Puts kept policies in the place of those that are there.
pub(super) fn put_policies(folder: &Path, kept: &Files) -> Result<(), ReloadError> {
    for (name, text) in kept {
        put(&folder.join(name), text.as_bytes())?;
    }
    let unreadable = |reason| ReloadError::Folder { path: folder.into(), reason };
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let is_policy = [".rhai", ".cases.toml"].iter().any(|ending| name.ends_with(ending));
        if is_policy && !kept.contains_key(&name) {
            fs::remove_file(entry.path()).map_err(unreadable)?;
        }
    }
    Ok(())
}

/// Writes a file in one step: whoever reads it finds the old one or the new one.
fn put(path: &Path, bytes: &[u8]) -> Result<(), ReloadError> {
    let failed = |reason: io::Error| ReloadError::Folder { path: path.into(), reason };
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(failed)?;
    }
    let mut beside = path.as_os_str().to_owned();
    beside.push(".new");
    let beside = PathBuf::from(beside);
    fs::write(&beside, bytes).and_then(|()| fs::rename(&beside, path)).map_err(failed)
}

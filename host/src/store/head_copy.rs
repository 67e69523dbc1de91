//! A copy of the signed head outside the database: who puts yesterday's database back, valid as it was, is noticed.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
};

use super::error::{Result, StoreError};
use crate::ledger::{
    checkpoint::{Checkpoint, SignedCheckpoint},
    seal::Head,
};

/// The newest head that this host has seen, in memory and in a file.
#[derive(Debug)]
pub(super) struct HeadCopy {
    file: PathBuf,
    seen: Mutex<Option<Checkpoint>>,
}

impl HeadCopy {
    /// Reads what the file has; a missing file has nothing.
    pub(super) fn open(file: &Path) -> Result<Self> {
        let seen = read(file)?.map(|signed| signed.checkpoint().clone());
        Ok(Self { file: file.to_owned(), seen: Mutex::new(seen) })
    }

    /// Whether the database's head can follow what was seen.
    pub(super) fn check(&self, head: Option<&Head>) -> Result<()> {
        let seen = self.seen();
        let Some(seen) = seen.as_ref() else { return Ok(()) };
        let (origin, size) = head.map_or(("", 0), |head| (head.origin(), head.size()));
        if origin == seen.origin && size >= seen.size {
            return Ok(());
        }
        let file = self.file.display();
        Err(StoreError::Damaged(format!(
            "the database has {size} blocks of `{origin}`, but {file} has seen {} of `{}`: put the right database back, \
             or move {file} away if this one is meant",
            seen.size, seen.origin
        )))
    }

    /// Keeps a head, unless a newer one is kept.
    pub(super) fn keep(&self, signed: &SignedCheckpoint) -> io::Result<()> {
        let mut seen = self.seen();
        if seen.as_ref().is_some_and(|seen| seen.size >= signed.checkpoint().size) {
            return Ok(());
        }
        write(&self.file, signed.text())?;
        *seen = Some(signed.checkpoint().clone());
        Ok(())
    }

    fn seen(&self) -> MutexGuard<'_, Option<Checkpoint>> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The head that a file keeps.
///
/// # Errors
///
/// If the file cannot be read or holds something else.
pub fn read(file: &Path) -> Result<Option<SignedCheckpoint>> {
    let damaged = |reason: String| StoreError::Damaged(format!("its head in {}: {reason}", file.display()));
    match fs::read_to_string(file) {
        Ok(text) => SignedCheckpoint::parse(&text).map(Some).map_err(|error| damaged(error.to_string())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(damaged(error.to_string())),
    }
}

/// Readers see the old file or the new one, never half of it.
fn write(file: &Path, text: &str) -> io::Result<()> {
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
    }
    let half = file.with_extension(format!("{}.new", std::process::id()));
    fs::write(&half, text)?;
    fs::rename(half, file)
}

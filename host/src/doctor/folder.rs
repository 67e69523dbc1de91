//! The data folder: whose it is, who else may write there, and how much space is left.

use std::{
    fs,
    os::unix::fs::{MetadataExt as _, PermissionsExt as _},
    path::Path,
};

use nix::{
    sys::statvfs::statvfs,
    unistd::{AccessFlags, access},
};

use super::Finding;

/// Below this, bytes: Postgres keeps up to 1 GiB of its log (`max_wal_size`), and one more while it is written.
const SCARCE: u64 = 2 << 30;

/// Below this, bytes: sixteen segments of that log, after which Postgres stops.
const NONE: u64 = 256 << 20;

pub(super) fn examine(folder: &Path) -> Vec<Finding> {
    let Some(nearest) = folder.ancestors().find(|folder| folder.exists()) else { return Vec::new() };
    let own = if nearest == folder { permissions(folder) } else { absent(folder, nearest) };
    [Some(own), space(nearest)].into_iter().flatten().collect()
}

fn absent(folder: &Path, nearest: &Path) -> Finding {
    let found = format!("{} is not there yet", folder.display());
    if may_write(nearest) {
        return Finding::warning("data folder", found, "the first host makes it");
    }
    let advice =
        format!("make it, as {} is closed to this account, or name another data_dir", nearest.display());
    Finding::problem("data folder", found, advice)
}

fn permissions(folder: &Path) -> Finding {
    let shown = folder.display();
    let metadata = match fs::metadata(folder) {
        Ok(metadata) => metadata,
        Err(reason) => {
            return Finding::problem("data folder", format!("{shown}: {reason}"), "name another data_dir");
        }
    };
    let mode = metadata.permissions().mode() & 0o777;
    if !metadata.is_dir() {
        return Finding::problem("data folder", format!("{shown} is no folder"), "name another data_dir");
    }
    if !may_write(folder) {
        let found = format!("{shown} belongs to account {} and is closed to this one", metadata.uid());
        return Finding::problem("data folder", found, "run as that account, or name another data_dir");
    }
    if mode & 0o022 != 0 {
        let found = format!("others may write to {shown} (mode {mode:03o})");
        return Finding::problem("data folder", found, format!("chmod go-w {shown}"));
    }
    Finding::ok("data folder", format!("{shown}, mode {mode:03o}"))
}

fn may_write(folder: &Path) -> bool {
    access(folder, AccessFlags::W_OK | AccessFlags::X_OK).is_ok()
}

fn space(folder: &Path) -> Option<Finding> {
    let disk = statvfs(folder).ok()?;
    let free = disk.blocks_available().saturating_mul(disk.fragment_size());
    let found = format!("{:.1} GiB free for {}", free as f64 / f64::from(1 << 30), folder.display());
    Some(match free {
        ..NONE => Finding::problem("disk", found, "make room: Postgres stops when the disk is full"),
        NONE..SCARCE => Finding::warning("disk", found, "make room soon"),
        SCARCE.. => Finding::ok("disk", found),
    })
}

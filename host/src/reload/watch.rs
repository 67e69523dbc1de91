//! Notices that a folder has changed, and waits until whoever writes is done.
//!
//! Folders are looked at, not listened to: that works alike on every file system, and tells half-written files by their
//! changing between two looks.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use tokio::{task::spawn_blocking, time::sleep};

/// Time between two looks.
const LOOK: Duration = Duration::from_millis(400);

/// Deepest folder that is looked into.
const DEEPEST: usize = 8;

/// What a folder looks like: length and time of each file.
type Look = BTreeMap<PathBuf, (u64, Option<SystemTime>)>;

/// A folder whose changes matter.
pub(super) struct Watch {
    folder: PathBuf,
    matters: fn(&Path) -> bool,
    seen: Look,
}

impl Watch {
    /// Begins with a folder as it is; only files that `matters` names count.
    pub(super) async fn begin(folder: &Path, matters: fn(&Path) -> bool) -> Self {
        let folder = folder.to_path_buf();
        let seen = look(folder.clone(), matters).await.unwrap_or_default();
        Self { folder, matters, seen }
    }

    /// Waits for a change after which the folder looks the same twice.
    pub(super) async fn changed(&mut self) {
        loop {
            sleep(LOOK).await;
            let Some(mut now) = look(self.folder.clone(), self.matters).await else { continue };
            if now == self.seen {
                continue;
            }
            loop {
                sleep(LOOK).await;
                match look(self.folder.clone(), self.matters).await {
                    Some(again) if again == now => break,
                    Some(again) => now = again,
                    None => {}
                }
            }
            self.seen = now;
            return;
        }
    }
}

/// `None` if the folder cannot be read at the moment.
async fn look(folder: PathBuf, matters: fn(&Path) -> bool) -> Option<Look> {
    let looked = spawn_blocking(move || {
        let mut look = Look::new();
        walk(&folder, matters, DEEPEST, &mut look).map(|()| look)
    });
    looked.await.ok()?.ok()
}

fn walk(folder: &Path, matters: fn(&Path) -> bool, depth: usize, look: &mut Look) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let (path, name) = (entry.path(), entry.file_name());
        if name.to_string_lossy().starts_with('.') || name == "target" {
            continue;
        }
        let Ok(metadata) = fs::metadata(&path) else { continue };
        if metadata.is_dir() && depth > 0 {
            walk(&path, matters, depth - 1, look)?;
        } else if metadata.is_file() && matters(&path) {
            look.insert(path, (metadata.len(), metadata.modified().ok()));
        }
    }
    Ok(())
}

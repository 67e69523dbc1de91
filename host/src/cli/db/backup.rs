//! `host db backup`.

use std::{
    fs::{self, File, OpenOptions},
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context as _, ensure};

use crate::{cli::session, store::connect::connect};

use super::tool;

/// The file appears when it is whole. It is for its owner alone: it holds everything.
#[expect(clippy::print_stdout, reason = "the command's answer")]
pub(super) fn run(file: &Path, config: Option<&Path>) -> anyhow::Result<ExitCode> {
    ensure!(!file.exists(), "{} exists; name another file", file.display());
    session::with_database(config, async |config, database| {
        connect(database.url(), &config.database).await?.close().await;
        let part = Part::of(file)?;
        let mut dump = tool::tool(config, database, "pg_dump", database.url())?;
        tool::run(dump.args(["--format", "custom", "--file"]).arg(&part.path)).await?;
        let size = part.keep_as(file)?;
        println!("{} holds {size} bytes; `host db restore` reads it", file.display());
        Ok(ExitCode::SUCCESS)
    })
}

/// An unfinished file, which is removed unless it is kept.
struct Part {
    path: PathBuf,
}

impl Part {
    fn of(file: &Path) -> anyhow::Result<Self> {
        let mut path = file.as_os_str().to_owned();
        path.push(".part");
        let path = PathBuf::from(path);
        let mut options = OpenOptions::new();
        let made = options.write(true).create(true).truncate(true).mode(0o600).open(&path);
        made.with_context(|| format!("{} cannot be written", path.display()))?;
        Ok(Self { path })
    }

    /// Makes it durable and gives it its name; returns its size in bytes.
    fn keep_as(self, file: &Path) -> anyhow::Result<u64> {
        let kept = || {
            let part = File::open(&self.path)?;
            part.sync_all()?;
            fs::rename(&self.path, file)?;
            Ok::<_, std::io::Error>(part.metadata()?.len())
        };
        kept().with_context(|| format!("{} cannot be written", file.display()))
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        // It is not there any more if it was kept.
        let _ = fs::remove_file(&self.path);
    }
}

//! Reading files, through the door that a run uses.

mod calendars;
mod derived;
mod formats;
mod headers;
mod limits;
mod rejects;

use std::{fs, path::PathBuf};

use tempfile::TempDir;

use super::{IngestError, Input, Sources, read};

/// A folder with files for one test.
struct Folder(TempDir);

impl Folder {
    fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.path().join(name);
        fs::write(&path, content).unwrap();
        path
    }
}

fn try_read(sources: &Sources) -> Result<Input, IngestError> {
    read(sources, &|_, _| {})
}

/// Reads one market file of that content.
fn market(content: impl AsRef<[u8]>) -> Result<Input, IngestError> {
    let folder = Folder::new();
    try_read(&Sources { market: vec![folder.file("market.csv", content)], ..Sources::default() })
}

/// Line and reason of each row that was left out.
fn rejects(input: &Input) -> Vec<(u64, String)> {
    input.intake.rejects.iter().map(|reject| (reject.line, reject.reason.to_string())).collect()
}

fn closes(input: &Input) -> Vec<f64> {
    input.bars.iter().map(|bar| bar.close).collect()
}

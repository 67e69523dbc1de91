//! Files that commands of the ledger read and write.

use std::{
    fs::{self, File},
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
};

use anyhow::{Context as _, anyhow};

use crate::{
    config::Config,
    ledger::{
        checkpoint::SignedCheckpoint,
        keys::{KeyError, PublicKey},
    },
};

/// Texts that are read whole are not longer, bytes.
const MAX_BYTES: u64 = 32 << 20;

/// Opens a file to be written anew, or standard output.
pub(super) fn open(path: Option<&Path>) -> anyhow::Result<Box<dyn Write>> {
    let Some(path) = path else { return Ok(Box::new(io::stdout().lock())) };
    let file = File::create(path).with_context(|| format!("--out {} cannot be written", path.display()))?;
    Ok(Box::new(BufWriter::new(file)))
}

/// Writes a text to a file, or to standard output.
pub(super) fn write(path: Option<&Path>, text: &str) -> anyhow::Result<()> {
    let mut out = open(path)?;
    out.write_all(text.as_bytes())?;
    Ok(out.flush()?)
}

/// Reads a text file.
pub(super) fn text(path: &Path) -> anyhow::Result<String> {
    let read = || {
        anyhow::ensure!(fs::metadata(path)?.len() <= MAX_BYTES, "it is larger than {MAX_BYTES} bytes");
        Ok(fs::read_to_string(path)?)
    };
    read().with_context(|| format!("{} cannot be read", path.display()))
}

/// Reads a signed head.
pub(super) fn checkpoint(path: &Path) -> anyhow::Result<SignedCheckpoint> {
    SignedCheckpoint::parse(&text(path)?).with_context(|| path.display().to_string())
}

/// Reads public keys; where one cannot be read, says where a host with these settings keeps its own.
pub(super) fn public_keys(paths: &[PathBuf], config: Option<&Path>) -> anyhow::Result<Vec<PublicKey>> {
    let read = |path: &PathBuf| match PublicKey::read(path) {
        Err(KeyError::File { error, .. }) => {
            Err(anyhow!("--public-key {} cannot be read: {error}{}", path.display(), usual_place(config)))
        }
        read => read.with_context(|| format!("--public-key {}", path.display())),
    };
    paths.iter().map(read).collect()
}

fn usual_place(config: Option<&Path>) -> String {
    Config::load(config).map_or_else(
        |_| "; `host serve` keeps its own in its data folder, ledger/key.pub.pem".to_owned(),
        |config| {
            let file = config.ledger_public_key_file();
            format!("; `host serve` with these settings keeps its own in {}", file.display())
        },
    )
}

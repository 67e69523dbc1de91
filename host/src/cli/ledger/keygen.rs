//! `host ledger keygen`.

use std::{
    fs::{DirBuilder, OpenOptions},
    io::{self, Write as _},
    os::unix::fs::DirBuilderExt as _,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::Context as _;
use clap::Args;
use nix::unistd::geteuid;

use crate::{config::Config, ledger::keys::HostKey};

/// Make a key.
#[derive(Args)]
pub(super) struct Arguments {
    /// Where the secret key goes, if not where the settings say; the public key goes beside it, as *.pub.pem.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

#[expect(clippy::print_stdout, reason = "the command's answer")]
pub(super) fn run(arguments: &Arguments, config: Option<&Path>) -> anyhow::Result<ExitCode> {
    let file = arguments
        .out
        .clone()
        .map_or_else(|| Ok::<_, anyhow::Error>(Config::load(config)?.ledger_key_file()), Ok)?;
    let Made { key, public, public_file } = make(&file)?;
    println!("{public}key {}", key.id());
    println!("The secret key is in {}: keep it to yourself.", file.display());
    println!("The public key is in {}: give it to whoever is to check this ledger.", public_file.display());
    Ok(ExitCode::SUCCESS)
}

/// A key that was made.
pub(in crate::cli) struct Made {
    pub(in crate::cli) key: HostKey,
    /// PEM.
    public: String,
    /// Beside the secret one.
    pub(in crate::cli) public_file: PathBuf,
}

/// Makes a key in a file that must not exist yet, and its public half beside it.
pub(in crate::cli) fn make(file: &Path) -> anyhow::Result<Made> {
    let public_file = file.with_extension("pub.pem");
    if let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        own_folder(folder).with_context(|| format!("folder {} cannot be made", folder.display()))?;
    }
    let key = HostKey::generate()?;
    key.save(file)?;
    let public = key.public().to_pem()?;
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(&public_file)
        .and_then(|mut file| file.write_all(public.as_bytes()))
        .with_context(|| {
            format!("the public key, which cannot be written to {}, is\n{public}", public_file.display())
        })?;
    Ok(Made { key, public, public_file })
}

/// Makes a folder for this account alone. Root's data folder, above it, is passed by the account of Postgres.
fn own_folder(folder: &Path) -> io::Result<()> {
    let make = |folder: &Path, mode| DirBuilder::new().recursive(true).mode(mode).create(folder);
    if let Some(above) = folder.parent().filter(|above| !above.as_os_str().is_empty()) {
        make(above, if geteuid().is_root() { 0o711 } else { 0o700 })?;
    }
    make(folder, 0o700)
}

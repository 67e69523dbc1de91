//! `host plugin sign`.

use std::{fs, path::PathBuf, process::ExitCode};

use anyhow::Context as _;
use clap::Args;

use crate::{
    detectors::{admission::Signature, artifact::Artifact},
    ledger::{hash, keys::HostKey},
};

/// Vouch for components.
#[derive(Args)]
pub(super) struct Arguments {
    /// Components.
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// The publisher's secret key, as `host ledger keygen --out FILE` makes one; not one that signs a ledger.
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
}

#[expect(clippy::print_stdout, reason = "the command's answer")]
pub(super) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let Arguments { files, key } = arguments;
    let key = HostKey::load(key)?;
    for file in files {
        let component = Artifact::read(file).with_context(|| file.display().to_string())?;
        let beside = Signature::file(file);
        fs::write(&beside, Signature::of(component.hash.parse()?, &key).to_text())
            .with_context(|| format!("{} cannot be written", beside.display()))?;
        println!("{} vouches for {}", beside.display(), component.hash);
    }
    println!("Hosts take it with code.publishers = [\"{}\"].", hash::encode(key.public().as_bytes()));
    Ok(ExitCode::SUCCESS)
}

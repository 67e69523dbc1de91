//! `host ledger check-proof`.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::Args;

use crate::{
    domain::time,
    ledger::{
        block::Block,
        checkpoint::Checkpoint,
        keys::{KeyId, PublicKey},
        proof::{Consistency, Inclusion},
    },
};

use super::output;

/// Check a proof.
#[derive(Args)]
pub(super) struct Arguments {
    /// What `host ledger prove` or `host ledger consistency` wrote.
    file: PathBuf,
    /// The key that signs the ledger, SPKI PEM; repeatable, and any of them will do.
    #[arg(long, value_name = "FILE", required = true)]
    public_key: Vec<PathBuf>,
}

pub(super) fn run(arguments: &Arguments, config: Option<&Path>) -> anyhow::Result<ExitCode> {
    let text = output::text(&arguments.file)?;
    let keys = output::public_keys(&arguments.public_key, config)?;
    if Inclusion::is_claimed_by(&text) {
        inclusion(&Inclusion::decode(&text)?, &keys)?;
    } else {
        consistency(&Consistency::decode(&text)?, &keys)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The first key that a proof holds with; if none does, why not with the first.
fn any<E: std::error::Error + Send + Sync + 'static>(
    keys: &[PublicKey],
    check: impl Fn(&PublicKey) -> Result<(), E>,
) -> anyhow::Result<KeyId> {
    let mut first = None;
    for key in keys {
        match check(key) {
            Ok(()) => return Ok(key.id()),
            Err(error) => first = first.or(Some(error)),
        }
    }
    Err(first.map_or_else(|| anyhow::anyhow!("no public key was given"), Into::into))
}

#[expect(clippy::print_stdout, reason = "the command's answer")]
fn inclusion(proof: &Inclusion, keys: &[PublicKey]) -> anyhow::Result<()> {
    let key = any(keys, |key| proof.check(key))?;
    let Block { number, time, kind, payload, .. } = proof.block();
    let Checkpoint { origin, size, .. } = proof.head().checkpoint();
    println!("block {number} is in the ledger {origin}, which had {size} blocks when key {key} signed it:");
    println!("{} {kind} {}", time::to_rfc3339(*time), String::from_utf8_lossy(payload));
    Ok(())
}

#[expect(clippy::print_stdout, reason = "the command's answer")]
fn consistency(proof: &Consistency, keys: &[PublicKey]) -> anyhow::Result<()> {
    let key = any(keys, |key| proof.check(key))?;
    let (old, new) = (proof.old().checkpoint(), proof.new_head().checkpoint());
    println!(
        "the ledger {} of {} blocks, signed by key {key}, begins with the same {} blocks as the older head",
        new.origin, new.size, old.size
    );
    Ok(())
}

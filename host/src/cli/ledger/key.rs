//! `host ledger key request | admit | rotate | revoke | list`.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::Context as _;
use clap::{Args, Subcommand};

use crate::{
    cli::{journal, session},
    config::Config,
    domain::time::Timestamp,
    ledger::{
        keys::{HostKey, KeyId},
        trust::{Member, Possession, Standing},
    },
    store::journal::Journal,
};

use super::{
    export::{head, with_snapshot},
    output,
};

/// Say which keys may sign.
#[derive(Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Ask to be admitted: writes this host's public key and the proof that it holds the secret one.
    Request {
        /// Where to; standard output if left out.
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// Let another host sign, as a block says from now on.
    Admit {
        /// What that host's `host ledger key request` wrote.
        request: PathBuf,
    },
    /// Put a new key in the place of this host's.
    Rotate {
        /// The new secret key, from `host ledger keygen --out FILE`.
        new_key: PathBuf,
    },
    /// Take a key's right to sign.
    Revoke {
        /// Its name, as `host ledger key list` shows it.
        key: String,
        /// Why, for people.
        #[arg(long, default_value = "")]
        reason: String,
    },
    /// Show all keys that ever could sign.
    List,
}

pub(super) fn run(arguments: &Arguments, config: Option<&Path>) -> anyhow::Result<ExitCode> {
    match &arguments.command {
        Command::Request { out } => request(out.as_deref(), config),
        Command::Admit { request } => admit(request, config),
        Command::Rotate { new_key } => rotate(new_key, config),
        Command::Revoke { key, reason } => revoke(key, reason, config),
        Command::List => list(config),
    }
}

/// Runs a command that appends to the ledger.
fn with_journal(
    config: Option<&Path>,
    work: impl AsyncFnOnce(&Journal) -> anyhow::Result<()>,
) -> anyhow::Result<ExitCode> {
    session::with_database(config, async |config, database| {
        let journal = journal::open_journal(config, database).await?;
        let done = work(&journal).await;
        journal.store().pool().close().await;
        done.map(|()| ExitCode::SUCCESS)
    })
}

fn request(out: Option<&Path>, file: Option<&Path>) -> anyhow::Result<ExitCode> {
    let key = journal::key(&Config::load(file)?)?;
    with_snapshot(file, async |snapshot| {
        let request = Possession::prove(&key, head(snapshot).await?.origin());
        output::write(out, &(serde_json::to_string_pretty(&request)? + "\n"))
    })
}

#[expect(clippy::print_stdout, reason = "the command's answer")]
fn admit(request: &Path, config: Option<&Path>) -> anyhow::Result<ExitCode> {
    let read = serde_json::from_str::<Possession>(&output::text(request)?);
    let request =
        read.with_context(|| format!("{} is not what `host ledger key request` writes", request.display()))?;
    with_journal(config, async |journal| {
        let number = journal.admit(&request, Timestamp::now()).await?;
        println!("block {number}: key {} may sign", request.public_key.id());
        Ok(())
    })
}

#[expect(clippy::print_stdout, reason = "the command's answer")]
fn rotate(new_key: &Path, config: Option<&Path>) -> anyhow::Result<ExitCode> {
    let new = HostKey::load(new_key)?;
    with_journal(config, async |journal| {
        let number = journal.rotate(&new, Timestamp::now()).await?;
        println!("block {number}: key {} signs in the place of the old one", new.id());
        println!("Let ledger.key_file name {} now, and destroy the old key.", new_key.display());
        Ok(())
    })
}

#[expect(clippy::print_stdout, reason = "the command's answer")]
fn revoke(key: &str, reason: &str, config: Option<&Path>) -> anyhow::Result<ExitCode> {
    let id = KeyId(key.parse().with_context(|| format!("`{key}` names no key; see `host ledger key list`"))?);
    with_journal(config, async |journal| {
        let number = journal.revoke(id, reason, Timestamp::now()).await?;
        println!("block {number}: key {id} may not sign any more");
        Ok(())
    })
}

#[expect(clippy::print_stdout, reason = "the command's answer")]
fn list(config: Option<&Path>) -> anyhow::Result<ExitCode> {
    with_snapshot(config, async |snapshot| {
        for (id, Member { since, standing, .. }) in head(snapshot).await?.trust.members() {
            let standing = match standing {
                Standing::Trusted => "trusted".to_owned(),
                Standing::Rotated(number) => format!("rotated in block {number}"),
                Standing::Revoked(number) => format!("revoked in block {number}"),
            };
            println!("{id} since block {since}, {standing}");
        }
        Ok(())
    })
}

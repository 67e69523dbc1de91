//! `host ledger keygen | key | verify | export | checkpoint | prove | check-proof | consistency`.

mod check_proof;
mod export;
mod key;
pub(super) mod keygen;
mod output;
mod prove;
mod verify;

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::{Args, Subcommand};

pub(super) use verify::check;

/// Look after the ledger, and prove what it says.
#[derive(Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Make the key that this host signs with; nothing is ever written over a key.
    Keygen(keygen::Arguments),
    /// Say which keys may sign.
    Key(key::Arguments),
    /// Check every hash, signature and link, and the head. Exit code 1: faults; 2: whole, but no key was given
    /// that could vouch for it.
    Verify(verify::Arguments),
    /// Write the whole chain as a file that anyone can check.
    Export {
        /// Where to; standard output if left out.
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// Write the signed head, to be kept where nobody with access to the database can change it.
    Checkpoint {
        /// Where to; standard output if left out.
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// Prove that a block is in the ledger, without showing the others.
    Prove(prove::Prove),
    /// Check a proof with a public key and nothing else. Exit code 1: it proves nothing.
    CheckProof(check_proof::Arguments),
    /// Prove that a newer head continues an older one.
    Consistency(prove::Consistent),
}

pub(super) fn run(arguments: &Arguments, config: Option<&Path>) -> anyhow::Result<ExitCode> {
    match &arguments.command {
        Command::Keygen(arguments) => keygen::run(arguments, config),
        Command::Key(arguments) => key::run(arguments, config),
        Command::Verify(arguments) => verify::run(arguments, config),
        Command::Export { out } => export::run(out.as_deref(), config),
        Command::Checkpoint { out } => export::checkpoint(out.as_deref(), config),
        Command::Prove(arguments) => prove::prove(arguments, config),
        Command::CheckProof(arguments) => check_proof::run(arguments, config),
        Command::Consistency(arguments) => prove::consistency(arguments, config),
    }
}

//! `host key create | list | revoke`.

mod create;
mod list;
mod revoke;

use std::{path::Path, process::ExitCode};

use clap::{Args, Subcommand};

/// Say who may ask the host for what.
#[derive(Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Make a key, and write it to standard output this one time.
    Create(create::Arguments),
    /// List keys, newest first, without the keys themselves.
    List,
    /// Take a key out of force, within two seconds on all hosts.
    Revoke(revoke::Arguments),
}

pub(super) fn run(arguments: &Arguments, config: Option<&Path>) -> anyhow::Result<ExitCode> {
    match &arguments.command {
        Command::Create(arguments) => create::run(arguments, config),
        Command::List => list::run(config),
        Command::Revoke(arguments) => revoke::run(arguments, config),
    }
}

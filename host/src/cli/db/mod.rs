//! `host db run | migrate`.

mod migrate;
mod run;

use std::{path::Path, process::ExitCode};

use clap::{Args, Subcommand};

/// Run, migrate and look after the database.
#[derive(Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Keep the database running until Ctrl-C, and print its URL.
    Run(run::Arguments),
    /// Apply what the database lacks of the schema.
    Migrate,
}

pub(super) fn run(arguments: &Arguments, config: Option<&Path>) -> anyhow::Result<ExitCode> {
    match &arguments.command {
        Command::Run(arguments) => run::run(arguments, config),
        Command::Migrate => migrate::run(config),
    }
}

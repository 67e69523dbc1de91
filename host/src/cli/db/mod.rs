//! `host db run | migrate | status | seed | forget | reset | backup | restore`.

mod backup;
mod forget;
mod input;
mod migrate;
mod reset;
mod restore;
mod run;
mod seed;
mod status;
mod tool;

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

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
    /// Delete what came in about a user, and take the name out of what was concluded; the ledger stays valid.
    Forget(forget::Arguments),
    /// Say where the database is, what it holds and what it lacks. Exit code 1: not there, or not up to date.
    Status,
    /// Delete everything, the ledger too, and begin with an empty database.
    Reset(reset::Arguments),
    /// Write everything to a file, while others go on.
    Backup {
        /// File to write, which must not exist.
        file: PathBuf,
    },
    /// Read a backup into an empty database, and check the ledger in it.
    Restore(restore::Arguments),
    /// Write sample data; a second time writes nothing.
    Seed,
}

pub(super) fn run(arguments: &Arguments, config: Option<&Path>) -> anyhow::Result<ExitCode> {
    match &arguments.command {
        Command::Run(arguments) => run::run(arguments, config),
        Command::Migrate => migrate::run(config),
        Command::Forget(arguments) => forget::run(arguments, config),
        Command::Status => status::run(config),
        Command::Reset(arguments) => reset::run(arguments, config),
        Command::Backup { file } => backup::run(file, config),
        Command::Restore(arguments) => restore::run(arguments, config),
        Command::Seed => seed::run(config),
    }
}

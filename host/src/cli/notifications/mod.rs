//! `host notifications list | deliver | recipients`.

mod deliver;
mod list;
mod preferences;
mod recipients;

use std::{path::Path, process::ExitCode};

use clap::{Args, Subcommand};

/// See what is told, to whom and how, and tell what is due.
#[derive(Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// List notifications, newest first.
    List(list::Arguments),
    /// Tell what is due, until nothing is.
    Deliver,
    /// Say who is told what, when and how.
    Recipients(recipients::Arguments),
}

pub(super) fn run(arguments: &Arguments, config: Option<&Path>) -> anyhow::Result<ExitCode> {
    match &arguments.command {
        Command::List(arguments) => list::run(arguments, config),
        Command::Deliver => deliver::run(config),
        Command::Recipients(arguments) => recipients::run(arguments, config),
    }
}

/// Reads a word of the platform in any case.
fn word<T>(
    text: &str,
    parse: impl Fn(&str) -> Option<T>,
    names: impl Iterator<Item = &'static str>,
) -> Result<T, String> {
    let upper = text.to_uppercase();
    parse(&upper).ok_or_else(|| format!("`{text}` is none of {}", names.collect::<Vec<_>>().join(", ")))
}

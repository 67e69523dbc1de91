//! The command line: one file for each subcommand.

mod backtest;
mod plugin;
mod setup;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Finds anomalies in markets, in disagreeing trading algorithms and in traders' behavior.
#[derive(Parser)]
#[command(name = "host", version, arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run all detectors over files, or over built-in data, and score them.
    Backtest(Box<backtest::Arguments>),
    /// Build, list and check detectors.
    Plugin(plugin::Arguments),
}

/// Finished, but some plugin was refused, quarantined or failed, so the result is not whole.
pub const INCOMPLETE: u8 = 3;

/// Parses the command line and runs one command.
pub fn run() -> ExitCode {
    let done = match Cli::parse().command {
        Command::Backtest(arguments) => backtest::run(&arguments),
        Command::Plugin(arguments) => plugin::run(&arguments),
    };
    done.unwrap_or_else(|error| {
        eprintln!("error: {error:#}");
        ExitCode::FAILURE
    })
}

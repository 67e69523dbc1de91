//! The command line: one file for each subcommand.

mod backtest;
mod data;
mod generate;
mod output;
mod plugin;
mod progress;
mod score;
mod setup;
mod sweep;

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
    /// Write the built-in data as files, to see what files look like.
    Generate(generate::Arguments),
    /// Score a findings file against labels.
    Score(score::Arguments),
}

/// Finished, but some plugin was refused, quarantined or failed, so the result is not whole.
pub const INCOMPLETE: u8 = 3;

/// Parses the command line and runs one command.
pub fn run() -> ExitCode {
    let done = match Cli::parse().command {
        Command::Backtest(arguments) => backtest::run(&arguments),
        Command::Plugin(arguments) => plugin::run(&arguments),
        Command::Generate(arguments) => generate::run(&arguments),
        Command::Score(arguments) => score::run(&arguments),
    };
    done.unwrap_or_else(|error| {
        eprintln!("error: {error:#}");
        ExitCode::FAILURE
    })
}

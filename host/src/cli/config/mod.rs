//! `host config check | show | reference`.

mod show;

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::{Args, Subcommand};

use crate::{
    config::{self, Config},
    doctor,
};

/// See and check settings.
#[derive(Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Read file and environment as a host would, and say what is wrong. Exit code 1: something is.
    Check {
        /// Another file than the usual one.
        file: Option<PathBuf>,
    },
    /// Show what is in force, as TOML, with where each value comes from. Secrets are masked.
    Show,
    /// Write all settings with their defaults, as Markdown.
    Reference,
}

#[expect(clippy::print_stdout, reason = "the command's answer")]
pub(super) fn run(arguments: &Arguments, config: Option<&Path>) -> anyhow::Result<ExitCode> {
    match &arguments.command {
        Command::Check { file } => check(file.as_deref().or(config)),
        Command::Show => {
            let (config, sources) = Config::load_with_sources(config)?;
            print!("{}", show::toml(&serde_json::to_value(config)?, &sources));
            Ok(ExitCode::SUCCESS)
        }
        Command::Reference => {
            print!("{}", config::reference());
            Ok(ExitCode::SUCCESS)
        }
    }
}

#[expect(clippy::print_stdout, reason = "the command's answer")]
fn check(file: Option<&Path>) -> anyhow::Result<ExitCode> {
    let config = Config::load(file)?;
    let faults = doctor::faults(&config);
    for fault in &faults {
        eprintln!("error: {fault}");
    }
    if faults.is_empty() {
        println!("the settings are in order");
        return Ok(ExitCode::SUCCESS);
    }
    Ok(ExitCode::FAILURE)
}

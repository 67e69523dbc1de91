//! `host schema`.

use std::process::ExitCode;

use clap::{Args, Subcommand};

use crate::{
    api::{graphql, rest},
    config,
};

/// Print schemas that programs read.
#[derive(Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Of the settings, as JSON schema.
    Config,
    /// Of the GraphQL API, in GraphQL's schema definition language.
    Graphql,
    /// Of REST, as an OpenAPI document.
    Openapi,
}

#[expect(clippy::print_stdout, reason = "the command's answer")]
pub(super) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    match &arguments.command {
        Command::Config => println!("{}", serde_json::to_string_pretty(&config::schema())?),
        Command::Openapi => println!("{}", serde_json::to_string_pretty(&rest::document())?),
        Command::Graphql => print!("{}", graphql::sdl()),
    }
    Ok(ExitCode::SUCCESS)
}

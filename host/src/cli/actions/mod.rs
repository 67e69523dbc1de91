//! `host actions list | rollback | stop | resume | status | deliver | webhooks`.

mod deliver;
mod list;
mod rollback;
mod status;
mod switch;
mod webhooks;

use std::{path::Path, process::ExitCode};

use clap::{Args, Subcommand};

use super::account;

/// See what was done, undo it, and stop hosts from acting by themselves.
#[derive(Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// List actions, newest first.
    List(list::Arguments),
    /// Undo an action.
    Rollback(rollback::Arguments),
    /// Let no host act by itself: what would be fixed is put before a person.
    Stop(switch::Arguments),
    /// Let hosts act by themselves again.
    Resume(switch::Arguments),
    /// Say whether hosts act by themselves, and which controls are in force.
    Status,
    /// Send the messages that are due, until there are none.
    Deliver,
    /// See messages that were given up, and send them again.
    Webhooks(webhooks::Arguments),
}

pub(super) fn run(arguments: &Arguments, config: Option<&Path>) -> anyhow::Result<ExitCode> {
    match &arguments.command {
        Command::List(arguments) => list::run(arguments, config),
        Command::Rollback(arguments) => rollback::run(arguments, config),
        Command::Stop(arguments) => switch::stop(arguments, config),
        Command::Resume(arguments) => switch::resume(arguments, config),
        Command::Status => status::run(config),
        Command::Deliver => deliver::run(config),
        Command::Webhooks(arguments) => webhooks::run(arguments, config),
    }
}

/// Who gives the command, and why.
#[derive(Args)]
struct Motive {
    /// Why; names nobody, since the ledger keeps it.
    #[arg(long, value_name = "TEXT")]
    reason: String,
    /// Who; the ledger keeps a pseudonym.
    #[arg(long, value_name = "NAME", default_value_t = account())]
    by: String,
}

//! The command line: one file for each subcommand.

mod actions;
mod backtest;
mod config;
mod data;
mod db;
mod deciding;
mod doctor;
mod generate;
mod journal;
mod key;
mod ledger;
mod notifications;
mod output;
mod plugin;
mod policy;
mod progress;
mod record;
mod remote;
mod replay;
mod schema;
mod score;
mod serve;
mod session;
mod setup;
mod sweep;
mod table;

use std::{
    panic,
    path::PathBuf,
    process::{self, ExitCode},
};

use clap::{Parser, Subcommand};

/// Finds anomalies in markets, in disagreeing trading algorithms and in traders' behavior.
#[derive(Parser)]
#[command(name = "host", version, arg_required_else_help = true)]
struct Cli {
    /// File of settings; `vyomo.toml` of the current folder, if there is one, unless named.
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run all detectors over files, or over built-in data, and score them.
    Backtest(Box<backtest::Arguments>),
    /// Watch what comes in, decide and act, and answer over GraphQL and REST.
    Serve(serve::Arguments),
    /// Play files to a host as a live feed.
    Replay(Box<replay::Arguments>),
    /// Build, list, check, sign and replace plugins.
    Plugin(plugin::Arguments),
    /// Check, test, try and replace policies.
    Policy(policy::Arguments),
    /// Write the built-in data as files, to see what files look like.
    Generate(generate::Arguments),
    /// Look at everything that a host needs, and say what to do about what is amiss. Exit code 1: a host would not serve.
    Doctor(doctor::Arguments),
    /// See and check settings.
    Config(config::Arguments),
    /// Print schemas that programs read.
    Schema(schema::Arguments),
    /// Score a findings file against labels.
    Score(score::Arguments),
    /// Run, migrate and look after the database.
    Db(db::Arguments),
    /// Say who may ask the host for what.
    Key(key::Arguments),
    /// Look after the ledger, and prove what it says.
    Ledger(ledger::Arguments),
    /// See what was done, undo it, and stop hosts from acting by themselves.
    Actions(actions::Arguments),
    /// See what is told, to whom and how, and tell what is due.
    Notifications(notifications::Arguments),
}

/// Finished, but some plugin was refused, quarantined or failed, so the result is not whole.
pub const INCOMPLETE: u8 = 3;

/// Whoever pipes a command into `head` has read enough, which is no failure of the command.
fn end_when_nobody_reads() {
    let usual = panic::take_hook();
    panic::set_hook(Box::new(move |panic| {
        let said = panic.payload_as_str().unwrap_or_default();
        if said.starts_with("failed printing to stdout") && said.contains("Broken pipe") {
            process::exit(0);
        }
        usual(panic);
    }));
}

/// The name of the account that runs the command.
fn account() -> String {
    let user = nix::unistd::User::from_uid(nix::unistd::geteuid()).ok().flatten();
    user.map_or_else(|| "operator".into(), |user| user.name)
}

/// Parses the command line and runs one command.
pub fn run() -> ExitCode {
    end_when_nobody_reads();
    let Cli { config, command } = Cli::parse();
    let done = match command {
        Command::Backtest(arguments) => backtest::run(&arguments, config.as_deref()),
        Command::Serve(arguments) => serve::run(&arguments, config.as_deref()),
        Command::Replay(arguments) => replay::run(&arguments, config.as_deref()),
        Command::Plugin(arguments) => plugin::run(&arguments, config.as_deref()),
        Command::Policy(arguments) => policy::run(&arguments, config.as_deref()),
        Command::Generate(arguments) => generate::run(&arguments),
        Command::Doctor(arguments) => doctor::run(&arguments, config.as_deref()),
        Command::Config(arguments) => config::run(&arguments, config.as_deref()),
        Command::Schema(arguments) => schema::run(&arguments),
        Command::Score(arguments) => score::run(&arguments),
        Command::Db(arguments) => db::run(&arguments, config.as_deref()),
        Command::Key(arguments) => key::run(&arguments, config.as_deref()),
        Command::Ledger(arguments) => ledger::run(&arguments, config.as_deref()),
        Command::Actions(arguments) => actions::run(&arguments, config.as_deref()),
        Command::Notifications(arguments) => notifications::run(&arguments, config.as_deref()),
    };
    done.unwrap_or_else(|error| {
        let said = format!("{error:#}");
        // What is wrong with policies says of itself that it is an error.
        eprintln!("error: {}", said.strip_prefix("error: ").unwrap_or(&said));
        ExitCode::FAILURE
    })
}

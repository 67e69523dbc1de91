//! `host policy check | test | words | dry-run | apply | list | rollback | reload`.

mod apply;
mod dry_run;
mod running;

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::{Args, Subcommand};

use crate::policy::{self, PolicySet, Refused};

/// Check, test, try and replace policies.
#[derive(Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Read policies without running them: syntax, required functions, unknown words, what is never reached.
    /// Exit code 1: something is wrong.
    Check(Folder),
    /// The same, then try them on anomalies of every kind and run the cases beside them. Exit code 1: something
    /// is wrong.
    Test(Folder),
    /// List every word that a policy may use.
    Words,
    /// Judge the anomalies on record anew by edited policies, and show which decisions would be others; nothing is
    /// changed.
    DryRun(dry_run::Arguments),
    /// Test policies, keep them in the database and say in the ledger that they are live. Exit code 1: something is
    /// wrong, and those before stay live.
    Apply(Folder),
    /// Show which sets a host keeps, newest first, which of them decides, and why the one on disk does not.
    List(running::Arguments),
    /// Have a host let a kept set decide, and put it into its folder.
    Rollback(running::Rollback),
    /// Have a host read its folder anew: the policies in it decide from then on, or are refused as a whole.
    Reload(running::Arguments),
}

#[derive(Args)]
pub(super) struct Folder {
    /// Folder of policies.
    #[arg(long, value_name = "DIR", default_value = "policies")]
    policies: PathBuf,
}

pub(super) fn run(arguments: &Arguments, config: Option<&Path>) -> anyhow::Result<ExitCode> {
    Ok(match &arguments.command {
        Command::Check(folder) => {
            said(PolicySet::check(&folder.policies), |()| "the policies are in order\n".to_owned())
        }
        Command::Apply(folder) => apply::run(folder, config)?,
        Command::DryRun(arguments) => dry_run::run(arguments, config)?,
        Command::List(arguments) => running::list(arguments, config)?,
        Command::Rollback(arguments) => running::roll_back(arguments, config)?,
        Command::Reload(arguments) => running::reload(arguments, config)?,
        Command::Words => said(Ok(()), |()| policy::reference()),
        Command::Test(folder) => said(PolicySet::read(&folder.policies), |set| tested(&set)),
    })
}

#[expect(clippy::print_stdout, reason = "the command's answer")]
fn said<T>(outcome: Result<T, Refused>, text: impl FnOnce(T) -> String) -> ExitCode {
    match outcome {
        Ok(value) => {
            print!("{}", text(value));
            ExitCode::SUCCESS
        }
        Err(refused) => {
            eprintln!("{refused}");
            ExitCode::FAILURE
        }
    }
}

fn tested(set: &PolicySet) -> String {
    let lines = set.cases().iter().map(|(file, count)| format!("{file:<24} {count:>3} cases pass\n"));
    format!("{}the policies are in order: {}\n", lines.collect::<String>(), set.hash())
}

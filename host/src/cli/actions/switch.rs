//! `host actions stop` and `host actions resume`.

use std::{path::Path, process::ExitCode};

use clap::Args;

use super::Motive;
use crate::{
    cli::{journal::open_journal, session},
    domain::time::Timestamp,
    store::{automation, change::Change, error::Result},
};

/// Turn the switch.
#[derive(Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    motive: Motive,
}

pub(super) fn stop(arguments: &Arguments, config: Option<&Path>) -> anyhow::Result<ExitCode> {
    turn(
        arguments,
        config,
        automation::stop,
        [
            "No host acts by itself from here on; `host actions resume` lets them again.",
            "Automatic actions were stopped before; `host actions status` says by whom and why.",
        ],
    )
}

pub(super) fn resume(arguments: &Arguments, config: Option<&Path>) -> anyhow::Result<ExitCode> {
    turn(
        arguments,
        config,
        automation::resume,
        ["Hosts act by themselves again.", "Automatic actions were not stopped."],
    )
}

#[expect(clippy::print_stdout, reason = "the command's answer")]
fn turn(
    arguments: &Arguments,
    config: Option<&Path>,
    turn: impl AsyncFnOnce(&mut Change<'_>, &str, &str) -> Result<bool>,
    [new, old]: [&str; 2],
) -> anyhow::Result<ExitCode> {
    session::with_database(config, async |config, database| {
        let journal = open_journal(config, database).await?;
        let mut change = journal.begin(Timestamp::now()).await?;
        let is_new = turn(&mut change, &arguments.motive.by, &arguments.motive.reason).await?;
        change.commit().await?;
        println!("{}", if is_new { new } else { old });
        Ok(ExitCode::SUCCESS)
    })
}

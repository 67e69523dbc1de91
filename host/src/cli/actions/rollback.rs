//! `host actions rollback ID`.

use std::{path::Path, process::ExitCode};

use anyhow::bail;
use clap::Args;
use uuid::Uuid;

use super::Motive;
use crate::{
    actions,
    cli::{journal::open_journal, session},
    domain::time::Timestamp,
};

/// Undo an action.
#[derive(Args)]
pub(super) struct Arguments {
    /// The action, as `host actions list` shows it.
    id: Uuid,
    #[command(flatten)]
    motive: Motive,
}

#[expect(clippy::print_stdout, reason = "the command's answer")]
pub(super) fn run(arguments: &Arguments, config: Option<&Path>) -> anyhow::Result<ExitCode> {
    let Arguments { id, motive } = arguments;
    session::with_database(config, async |config, database| {
        let journal = open_journal(config, database).await?;
        let rolled_back =
            actions::roll_back(&journal, *id, &motive.by, &motive.reason, Timestamp::now()).await?;
        let Some(action) = rolled_back else {
            bail!("there is no action {id}; `host actions list` shows which there are");
        };
        println!(
            "{} is undone for {} {}.",
            action.action_type.name(),
            action.subject_type.name(),
            action.subject
        );
        Ok(ExitCode::SUCCESS)
    })
}

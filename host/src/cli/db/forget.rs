//! `host db forget USER`.

use std::{path::Path, process::ExitCode};

use anyhow::bail;
use clap::Args;

use crate::{
    cli::{journal::open_journal, session},
    domain::time::Timestamp,
    store::forget,
};

/// Forget a user.
#[derive(Args)]
pub(super) struct Arguments {
    /// The user's id, as in signals and fills.
    user: String,
}

#[expect(clippy::print_stdout, reason = "the command's answer")]
pub(super) fn run(arguments: &Arguments, config: Option<&Path>) -> anyhow::Result<ExitCode> {
    session::with_database(config, async |config, database| {
        let journal = open_journal(config, database).await?;
        let mut change = journal.begin(Timestamp::now()).await?;
        let Some(forgotten) = forget::forget(&mut change, &arguments.user).await? else {
            bail!(
                "nothing is known of a user {:?}; is the id spelled as in signals and fills?",
                arguments.user
            );
        };
        let blocks = change.commit().await?;
        forget::vacuum(journal.store()).await?;
        println!(
            "The user is forgotten, and is {} from here on; block {} says what was deleted and renamed.",
            forgotten.pseudonym, blocks.start
        );
        println!("Backups and archived logs of the database made before this still have the name.");
        Ok(ExitCode::SUCCESS)
    })
}

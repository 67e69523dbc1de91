//! `host db reset`.

use std::{path::Path, process::ExitCode};

use anyhow::ensure;
use clap::Args;

use crate::{
    cli::session,
    cluster::Database,
    store::{
        connect::{ConnectError, connect},
        databases::Replacement,
        migrate::{MigrationError, migrate},
    },
};

use super::input;

/// Delete everything.
#[derive(Args)]
pub(super) struct Arguments {
    /// Do not ask.
    #[arg(long)]
    yes: bool,
    /// End the sessions of others that use the database.
    #[arg(long)]
    force: bool,
}

/// Why the new database is not fit for use.
#[derive(Debug, thiserror::Error)]
enum Unfit {
    #[error(transparent)]
    Connect(#[from] ConnectError),
    #[error(transparent)]
    Migrate(#[from] MigrationError),
}

#[expect(clippy::print_stdout, reason = "the command's answer")]
pub(super) fn run(arguments: &Arguments, config: Option<&Path>) -> anyhow::Result<ExitCode> {
    session::with_database(config, async |config, database| {
        if !arguments.yes {
            confirm(database).await?;
        }
        let new = Replacement::begin(database.url(), &config.database).await?;
        let made: Result<(), Unfit> = async {
            let pool = connect(&new.url(), &config.database).await?;
            let migrated = migrate(&pool).await;
            pool.close().await;
            migrated?;
            Ok(())
        }
        .await;
        if let Err(unfit) = made {
            new.give_up().await?;
            return Err(unfit.into());
        }
        new.put_in_place(arguments.force).await?;
        println!("the database {} is empty and up to date", database.url().database());
        Ok(ExitCode::SUCCESS)
    })
}

#[expect(clippy::print_stdout, reason = "a question")]
async fn confirm(database: &Database) -> anyhow::Result<()> {
    let name = database.url().database();
    println!("This deletes everything in {}, the ledger too.", database.url());
    println!("Type the database's name, {name}, to go on:");
    ensure!(input::line().await == name, "nothing was deleted: the name was not typed; --yes does not ask");
    Ok(())
}

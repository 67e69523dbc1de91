//! `host db restore`.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context as _, ensure};
use clap::Args;

use crate::{
    cli::{ledger, session},
    cluster::Database,
    config::Config,
    store::{Store, connect::connect, databases::Replacement, migrate::migrate, overview::is_empty},
};

use super::tool;

/// Read a backup.
#[derive(Args)]
pub(super) struct Arguments {
    /// File that `host db backup` wrote.
    file: PathBuf,
    /// Put it in the place of what the database holds now.
    #[arg(long)]
    replace: bool,
    /// End the sessions of others that use the database.
    #[arg(long)]
    force: bool,
    /// Put it in place even though the ledger in it has faults.
    #[arg(long)]
    faults: bool,
}

/// The backup is read into a database beside the one in use, and takes its place only when all went well.
#[expect(clippy::print_stdout, reason = "the command's answer")]
pub(super) fn run(arguments: &Arguments, config: Option<&Path>) -> anyhow::Result<ExitCode> {
    let file = &arguments.file;
    std::fs::File::open(file).with_context(|| format!("{} cannot be read", file.display()))?;
    session::with_database(config, async |config, database| {
        let pool = connect(database.url(), &config.database).await?;
        let empty = is_empty(&pool).await;
        pool.close().await;
        ensure!(
            arguments.replace || empty?,
            "the database {} is not empty; --replace puts the backup in its place",
            database.url().database()
        );
        let new = Replacement::begin(database.url(), &config.database).await?;
        if let Err(error) = fill(arguments, config, database, &new).await {
            new.give_up().await?;
            return Err(error.context("the database is as it was"));
        }
        new.put_in_place(arguments.force).await?;
        println!(
            "{} is restored; `host ledger verify` compares it with the head kept outside",
            file.display()
        );
        Ok(ExitCode::SUCCESS)
    })
}

async fn fill(
    arguments: &Arguments,
    config: &Config,
    database: &Database,
    new: &Replacement,
) -> anyhow::Result<()> {
    let mut restore = tool::tool(config, database, "pg_restore", &new.url())?;
    restore.args(["--exit-on-error", "--no-owner", "--no-privileges"]).arg(&arguments.file);
    tool::run(&mut restore).await?;
    let pool = connect(&new.url(), &config.database).await?;
    let checked = async {
        migrate(&pool).await.context("the backup cannot be brought up to date")?;
        ledger::check(&Store::new(pool.clone())).await
    }
    .await;
    pool.close().await;
    let faults = checked?;
    ensure!(
        faults == 0 || arguments.faults,
        "the ledger in the backup has {faults} faults; restore it with --faults to look at them with \
         `host ledger verify`"
    );
    Ok(())
}

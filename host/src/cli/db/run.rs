//! `host db run`.

use std::{
    future::pending,
    io::{self, Write as _, stdout},
    path::Path,
    process::ExitCode,
};

use clap::Args;

use crate::{cli::session, cluster::Database};

use super::input;

/// Keep the database running.
#[derive(Args)]
pub(super) struct Arguments {
    /// End, too, when standard input ends: with whoever started the command.
    #[arg(long)]
    until_stdin_closes: bool,
}

/// A signal is how this command is meant to end.
pub(super) fn run(arguments: &Arguments, config: Option<&Path>) -> anyhow::Result<ExitCode> {
    session::until_signal(config, async |_, database| {
        announce(database)?;
        if arguments.until_stdin_closes {
            input::closed().await;
        } else {
            pending::<()>().await;
        }
        Ok(())
    })?;
    Ok(ExitCode::SUCCESS)
}

/// The URL is the first line, for programs; people read the rest.
fn announce(database: &Database) -> io::Result<()> {
    let mut out = stdout().lock();
    writeln!(out, "{}", database.url())?;
    match database.folder() {
        Some(folder) => writeln!(out, "Postgres serves this from {}; Ctrl-C ends it.", folder.display())?,
        None => writeln!(out, "This database is somebody else's, and runs without this command.")?,
    }
    out.flush()
}

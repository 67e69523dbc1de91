//! The programs that Postgres comes with for backups.

use std::path::Path;

use anyhow::{Context as _, bail};
use tokio::process::Command;

use crate::{cluster::Database, config::Config, config::DatabaseUrl};

/// A program of Postgres on a database. The password travels in its environment, where only its own account can
/// see it, never on its command line.
pub(super) fn tool(
    config: &Config,
    database: &Database,
    name: &'static str,
    url: &DatabaseUrl,
) -> anyhow::Result<Command> {
    let (url, password) = url.split_password();
    let mut command = Command::new(database.program(config, name)?);
    command.args(["--no-password", "--dbname", &url]).kill_on_drop(true);
    if let Some(password) = password {
        command.env("PGPASSWORD", password.expose());
    }
    Ok(command)
}

/// Runs it to its end.
pub(super) async fn run(command: &mut Command) -> anyhow::Result<()> {
    let program = Path::new(command.as_std().get_program()).to_owned();
    let output = command.output().await.with_context(|| format!("{} cannot be run", program.display()))?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let way_out = if said.contains("version mismatch") {
        "\nInstall the client programs of the server's version, and name their folder as database.postgres_bin"
    } else {
        ""
    };
    bail!("{} failed: {}{way_out}", program.display(), said.trim())
}

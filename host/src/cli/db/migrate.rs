//! `host db migrate`.

use std::{path::Path, process::ExitCode};

use crate::{
    cli::session,
    store::{connect::connect, migrate::migrate},
};

#[expect(clippy::print_stdout, reason = "the command's answer")]
pub(super) fn run(config: Option<&Path>) -> anyhow::Result<ExitCode> {
    session::with_database(config, async |config, database| {
        let pool = connect(database.url(), &config.database).await?;
        let applied = migrate(&pool).await;
        pool.close().await;
        let applied = applied?;
        for step in &applied {
            println!("applied {} {}", step.version, step.description);
        }
        println!("{}", if applied.is_empty() { "nothing to apply" } else { "the database is up to date" });
        Ok(ExitCode::SUCCESS)
    })
}

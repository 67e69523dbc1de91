//! `host db status`.

use std::{path::Path, process::ExitCode};

use crate::{
    cli::session,
    cluster,
    config::Config,
    store::{
        connect::connect,
        migrate::{Step, steps},
        overview::Overview,
    },
};

#[expect(clippy::print_stdout, reason = "the command's answer")]
pub(super) fn run(config: Option<&Path>) -> anyhow::Result<ExitCode> {
    if !cluster::exists(&Config::load(config)?) {
        println!("There is no database yet; `host db migrate` makes one.");
        return Ok(ExitCode::FAILURE);
    }
    session::with_database(config, async |config, database| {
        let pool = connect(database.url(), &config.database).await?;
        let (overview, steps) = (Overview::of(&pool).await?, steps(&pool).await?);
        pool.close().await;
        let kind = database.folder().map_or_else(
            || format!("{}, external", database.url()),
            |folder| format!("{}, private", folder.display()),
        );
        println!("{:<12} Postgres {}", "server", overview.version);
        println!("{:<12} {kind}", "where");
        println!("{:<12} {}, {}", "database", database.url().database(), bytes(overview.size));
        println!("{:<12} {} of {}", "connections", overview.connections, overview.most_connections);
        show_tables(&overview);
        Ok(show_steps(&steps))
    })
}

#[expect(clippy::print_stdout, reason = "the command's answer")]
fn show_tables(overview: &Overview) {
    println!("\n{:<32} {:>12} {:>10}", "table", "rows (about)", "size");
    for table in &overview.tables {
        println!("{:<32} {:>12} {:>10}", table.name, table.rows, bytes(table.size));
    }
}

#[expect(clippy::print_stdout, reason = "the command's answer")]
fn show_steps(steps: &[Step]) -> ExitCode {
    let pending: Vec<&Step> = steps.iter().filter(|step| !step.applied).collect();
    println!("\n{} of {} migrations are applied", steps.len() - pending.len(), steps.len());
    for step in &pending {
        println!("pending: {} {}", step.version, step.description);
    }
    if pending.is_empty() {
        return ExitCode::SUCCESS;
    }
    println!("`host db migrate` applies them");
    ExitCode::FAILURE
}

fn bytes(count: i64) -> String {
    let units = [(1 << 30, "GB"), (1 << 20, "MB"), (1 << 10, "kB")];
    let fits = units.into_iter().find(|(unit, _)| count >= *unit);
    fits.map_or_else(
        || format!("{count} B"),
        |(unit, name)| format!("{:.1} {name}", count as f64 / unit as f64),
    )
}

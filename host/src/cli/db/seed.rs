//! `host db seed`.

use std::{path::Path, process::ExitCode};

use crate::{
    cli::{journal::open_journal, progress::Progress, session},
    seed::seed,
};

#[expect(clippy::print_stdout, reason = "the command's answer")]
pub(super) fn run(config: Option<&Path>) -> anyhow::Result<ExitCode> {
    session::with_database(config, async |config, database| {
        let journal = open_journal(config, database).await?;
        let progress = Progress::of("seeding", 0);
        let seeded = seed(&journal, |done, all| progress.set(done as u64, all as u64)).await?;
        drop(progress);
        for (count, what) in [
            (seeded.recipients, "recipients"),
            (seeded.market, "market anomalies"),
            (seeded.conflicts, "algorithm conflicts"),
            (seeded.behavior, "behavior anomalies"),
            (seeded.decisions, "decisions"),
            (seeded.actions, "actions"),
            (seeded.notifications, "notifications"),
        ] {
            println!("{count:>5} {what}");
        }
        println!("Each step is a signed block: `host ledger verify` checks them.");
        Ok(ExitCode::SUCCESS)
    })
}

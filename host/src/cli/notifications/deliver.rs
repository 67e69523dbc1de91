//! `host notifications deliver`.

use std::{
    io::{IsTerminal as _, stderr},
    path::Path,
    process::ExitCode,
};

use crate::{
    cli::{journal::open_journal, session},
    domain::{random::Random, time::Timestamp},
    notify::{Channels, deliver_due},
};

/// What is shown of the log: notifications, and what goes wrong.
const SHOWN: &str = "warn,notification=info";

#[expect(clippy::print_stdout, reason = "the command's answer")]
pub(super) fn run(config: Option<&Path>) -> anyhow::Result<ExitCode> {
    // It is the log that notifications go to.
    tracing_subscriber::fmt()
        .with_writer(stderr)
        .with_ansi(stderr().is_terminal())
        .with_env_filter(SHOWN)
        .init();
    session::with_database(config, async |config, database| {
        let channels = Channels::new(config)?;
        let journal = open_journal(config, database).await?;
        let mut random = Random::new(getrandom::u64()?, "notifications");
        let (mut delivered, mut again, mut failed) = (0, 0, 0);
        loop {
            let round =
                deliver_due(&journal, &channels, &config.notifications, Timestamp::now, &mut random).await?;
            if round.is_idle() {
                break;
            }
            delivered += round.delivered;
            again += round.again;
            failed += round.failed;
        }
        println!("{delivered} delivered, {again} to be tried again, {failed} given up");
        Ok(ExitCode::SUCCESS)
    })
}

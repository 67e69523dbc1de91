//! `host actions deliver`.

use std::{path::Path, process::ExitCode};

use crate::{
    actions::webhook::{Delivered, Endpoints, TIMEOUT, deliver_due},
    cli::{journal::open_journal, session},
    domain::time::Timestamp,
    outbound::Outbound,
};

#[expect(clippy::print_stdout, reason = "the command's answer")]
pub(super) fn run(config: Option<&Path>) -> anyhow::Result<ExitCode> {
    session::with_database(config, async |config, database| {
        let endpoints = Endpoints::of(&config.webhooks)?;
        let outbound = Outbound::new(TIMEOUT)?;
        let journal = open_journal(config, database).await?;
        let mut all = Delivered::default();
        loop {
            let seed = getrandom::u64()?;
            let round = deliver_due(&journal, &endpoints, &outbound, Timestamp::now, seed).await?;
            if round == Delivered::default() {
                break;
            }
            all += round;
        }
        println!("{} delivered, {} to be tried again, {} given up", all.delivered, all.again, all.dead);
        Ok(ExitCode::SUCCESS)
    })
}

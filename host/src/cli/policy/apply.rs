//! `host policy apply`.

use std::{path::Path, process::ExitCode};

use super::Folder;
use crate::{
    cli::{journal::open_journal, session},
    domain::time::Timestamp,
    policy::PolicySet,
    store::policies,
};

#[expect(clippy::print_stdout, reason = "the command's answer")]
pub(super) fn run(folder: &Folder, config: Option<&Path>) -> anyhow::Result<ExitCode> {
    let set = match PolicySet::read(&folder.policies) {
        Ok(set) => set,
        Err(refused) => {
            eprintln!("{refused}; nothing has changed");
            return Ok(ExitCode::FAILURE);
        }
    };
    session::with_database(config, async |config, database| {
        let journal = open_journal(config, database).await?;
        let mut change = journal.begin(Timestamp::now()).await?;
        policies::keep(&mut change, set.hash(), set.files()).await?;
        let is_new = policies::make_live(&mut change, set.hash(), Some("host policy apply")).await?;
        change.commit().await?;
        journal.store().pool().close().await;
        println!("{} {}", set.hash(), if is_new { "is live" } else { "is live already" });
        Ok(ExitCode::SUCCESS)
    })
}

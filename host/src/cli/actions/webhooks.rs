//! `host actions webhooks list | retry`.

use std::{path::Path, process::ExitCode};

use clap::{Args, Subcommand};

use crate::{
    cli::{
        journal::{open_journal, open_store},
        session, table,
    },
    domain::time::Timestamp,
    store::{
        outbox::{self, DeadLetter},
        page::Window,
    },
};

/// See messages that were given up, and send them again.
#[derive(Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// List messages that were given up, newest first.
    List,
    /// Make messages that were given up due again.
    Retry {
        /// The messages, as `list` shows them.
        #[arg(required = true)]
        ids: Vec<i64>,
    },
}

pub(super) fn run(arguments: &Arguments, config: Option<&Path>) -> anyhow::Result<ExitCode> {
    match &arguments.command {
        Command::List => list(config),
        Command::Retry { ids } => retry(ids, config),
    }
}

fn list(config: Option<&Path>) -> anyhow::Result<ExitCode> {
    session::with_database(config, async |config, database| {
        let store = open_store(config, database).await?;
        let letters = outbox::dead(&store, Window::MOST).await?;
        store.pool().close().await;
        let head = ["id", "endpoint", "attempts", "asked for", "given up", "action", "reason"];
        table::print(head, &letters.iter().map(row).collect::<Vec<_>>());
        Ok(ExitCode::SUCCESS)
    })
}

fn row(letter: &DeadLetter) -> [String; 7] {
    [
        letter.id.to_string(),
        letter.endpoint.clone(),
        letter.attempts.to_string(),
        letter.created_at.to_string(),
        letter.dead_at.to_string(),
        letter.action_id.to_string(),
        letter.error.clone().unwrap_or_default(),
    ]
}

#[expect(clippy::print_stdout, reason = "the command's answer")]
fn retry(ids: &[i64], config: Option<&Path>) -> anyhow::Result<ExitCode> {
    session::with_database(config, async |config, database| {
        let journal = open_journal(config, database).await?;
        let mut change = journal.begin(Timestamp::now()).await?;
        let due = outbox::retry(&mut change, ids).await?;
        change.commit().await?;
        println!("{due} of {} are due again; `host actions deliver` sends them now", ids.len());
        Ok(if due == ids.len() as u64 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    })
}

//! `host notifications recipients add | list | update | remove`.

use std::{path::Path, process::ExitCode};

use anyhow::Context as _;
use clap::{Args, Subcommand};
use uuid::{Builder, Uuid};

use super::preferences::Options;
use crate::{
    cli::{
        journal::{open_journal, open_store},
        session, table,
    },
    domain::time::Timestamp,
    store::{
        Store,
        notifications::{self, Deactivated, NewRecipient, Recipient, RecipientFilter},
        page::Window,
    },
};

/// Say who is told what, when and how.
#[derive(Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// List recipients, newest first.
    List,
    /// Add somebody.
    Add {
        /// Name, for people who look.
        name: String,
        /// The user's id, where the recipient is one.
        #[arg(long, value_name = "ID")]
        user: Option<String>,
        #[command(flatten)]
        options: Options,
    },
    /// Change what somebody is told; what is not given stays. Who was removed is told again.
    Update {
        /// The recipient, as `list` shows it.
        id: Uuid,
        #[command(flatten)]
        options: Options,
    },
    /// Tell somebody nothing any more.
    Remove {
        /// The recipient, as `list` shows it.
        id: Uuid,
    },
}

pub(super) fn run(arguments: &Arguments, config: Option<&Path>) -> anyhow::Result<ExitCode> {
    match &arguments.command {
        Command::List => list(config),
        Command::Add { name, user, options } => add(name, user.as_ref(), options, config),
        Command::Update { id, options } => update(*id, options, config),
        Command::Remove { id } => remove(*id, config),
    }
}

fn list(config: Option<&Path>) -> anyhow::Result<ExitCode> {
    session::with_database(config, async |config, database| {
        let store = open_store(config, database).await?;
        let (filter, window) = (RecipientFilter::default(), Window::first(Window::MOST));
        let page = notifications::find_recipients(&store, &filter, window).await?;
        store.pool().close().await;
        let head = ["id", "name", "active", "channels", "minimum", "quiet", "zone", "kinds", "email"];
        table::print(head, &page.items.iter().map(row).collect::<Vec<_>>());
        Ok(ExitCode::SUCCESS)
    })
}

/// A webhook's URL may be a secret, so it is not shown.
fn row(recipient: &Recipient) -> [String; 9] {
    let channels: Vec<_> = recipient.channels.iter().map(|channel| channel.name()).collect();
    let quiet = recipient.quiet_from.zip(recipient.quiet_until);
    let kinds = if recipient.kinds.is_empty() { "all".into() } else { recipient.kinds.join(",") };
    [
        recipient.id.to_string(),
        recipient.name.clone(),
        if recipient.is_active { "yes" } else { "no" }.into(),
        channels.join(","),
        recipient.minimum_priority.name().into(),
        quiet.map_or_else(|| "none".into(), |(from, until)| format!("{from}-{until}")),
        recipient.time_zone.clone(),
        kinds,
        recipient.email.as_ref().map_or_else(String::new, |email| email.expose().into()),
    ]
}

#[expect(clippy::print_stdout, reason = "the command's answer")]
fn add(
    name: &str,
    user: Option<&String>,
    options: &Options,
    config: Option<&Path>,
) -> anyhow::Result<ExitCode> {
    session::with_database(config, async |config, database| {
        let journal = open_journal(config, database).await?;
        let now = Timestamp::now();
        let new = NewRecipient {
            id: new_id(now)?,
            user_id: user.cloned(),
            name: name.to_owned(),
            preferences: options.new_preferences(),
        };
        let mut change = journal.begin(now).await?;
        notifications::create_recipient(&mut change, &new).await?;
        change.commit().await?;
        println!("{}", new.id);
        Ok(ExitCode::SUCCESS)
    })
}

fn new_id(now: Timestamp) -> anyhow::Result<Uuid> {
    let mut bits = [0; 10];
    getrandom::fill(&mut bits)?;
    Ok(Builder::from_unix_timestamp_millis(now.0.unsigned_abs() / 1_000, &bits).into_uuid())
}

#[expect(clippy::print_stdout, reason = "the command's answer")]
fn update(id: Uuid, options: &Options, config: Option<&Path>) -> anyhow::Result<ExitCode> {
    session::with_database(config, async |config, database| {
        let journal = open_journal(config, database).await?;
        let preferences = options.changed(known(journal.store(), id).await?);
        let mut change = journal.begin(Timestamp::now()).await?;
        notifications::update_preferences(&mut change, id, &preferences).await?;
        change.commit().await?;
        println!("{id} is told as you say.");
        Ok(ExitCode::SUCCESS)
    })
}

async fn known(store: &Store, id: Uuid) -> anyhow::Result<Recipient> {
    let none =
        || format!("there is no recipient {id}; `host notifications recipients list` shows which there are");
    notifications::recipient(store, id).await?.with_context(none)
}

#[expect(clippy::print_stdout, reason = "the command's answer")]
fn remove(id: Uuid, config: Option<&Path>) -> anyhow::Result<ExitCode> {
    session::with_database(config, async |config, database| {
        let journal = open_journal(config, database).await?;
        known(journal.store(), id).await?;
        let mut change = journal.begin(Timestamp::now()).await?;
        let removed = notifications::deactivate_recipient(&mut change, id).await?;
        change.commit().await?;
        match removed {
            Some(Deactivated::Kept) => {
                println!("{id} is told nothing any more, and stays beside what was told.");
            }
            _ => println!("{id} is removed."),
        }
        Ok(ExitCode::SUCCESS)
    })
}

//! `host key create NAME --scope SCOPES`.

use std::{path::Path, process::ExitCode};

use anyhow::{Context as _, ensure};
use clap::Args;
use jiff::{Span, tz::TimeZone};
use uuid::{Builder, Uuid};

use crate::{
    access::{Scope, SecretKey, is_name},
    cli::{account, journal::open_store, session},
    domain::time::Timestamp,
    store::api_keys::{self, NewApiKey},
};

/// Make a key.
#[derive(Args)]
pub(super) struct Arguments {
    /// What records name as the one who did something: letters, digits, dots, dashes and underscores.
    #[arg(value_parser = name)]
    name: String,
    /// What it may do, with commas between: viewer sees, operator decides and acts too, ingest hands in rows and
    /// nothing else, admin may everything.
    #[arg(long = "scope", value_name = "SCOPES", required = true, value_delimiter = ',', value_parser = scope)]
    scopes: Vec<Scope>,
    /// How long it lasts, as 90d or 12h; until it is revoked, if left out.
    #[arg(long, value_name = "TIME", value_parser = span)]
    expires: Option<Span>,
    /// Who makes it.
    #[arg(long, value_name = "NAME", default_value_t = account())]
    by: String,
}

fn name(text: &str) -> Result<String, &'static str> {
    let rule = "a name is 1 to 64 letters, digits, dots, dashes and underscores, and no id";
    is_name(text).then(|| text.to_owned()).ok_or(rule)
}

fn scope(text: &str) -> Result<Scope, String> {
    let names = Scope::ALL.map(Scope::name).join(", ");
    Scope::parse(&text.to_lowercase()).ok_or_else(|| format!("`{text}` is none of {names}"))
}

fn span(text: &str) -> Result<Span, String> {
    let span: Span = text.parse().map_err(|_| format!("`{text}` is no time; write 90d or 12h"))?;
    if span.is_positive() { Ok(span) } else { Err(format!("`{text}` would be over already")) }
}

#[expect(clippy::print_stdout, reason = "the command's answer")]
pub(super) fn run(arguments: &Arguments, config: Option<&Path>) -> anyhow::Result<ExitCode> {
    session::with_database(config, async |config, database| {
        let store = open_store(config, database).await?;
        let (key, now) = (SecretKey::random()?, Timestamp::now());
        let new = arguments.new_key(&key, now)?;
        let made = api_keys::create(&store, &new).await?;
        store.pool().close().await;
        ensure!(made, "there is a key {} already; `host key revoke {0}` frees the name", new.name);
        let end = new.expires_at.map_or_else(|| "until it is revoked".into(), |end| format!("until {end}"));
        let scopes: Vec<_> = new.scopes.iter().map(Scope::name).collect();
        eprintln!(
            "{} is {}, {end}. The key is shown this once: keep it where secrets are kept.",
            new.name,
            scopes.join(" and ")
        );
        println!("{}", key.expose());
        Ok(ExitCode::SUCCESS)
    })
}

impl Arguments {
    fn new_key(&self, key: &SecretKey, now: Timestamp) -> anyhow::Result<NewApiKey> {
        Ok(NewApiKey {
            id: new_id(now)?,
            name: self.name.clone(),
            hash: key.hash(),
            scopes: self.scopes.iter().copied().collect(),
            created_at: now,
            created_by: self.by.clone(),
            expires_at: self.expires.map(|span| end(now, span)).transpose()?,
        })
    }
}

/// Days may be longer than 24 hours elsewhere; here they are those of UTC.
fn end(now: Timestamp, span: Span) -> anyhow::Result<Timestamp> {
    let start = jiff::Timestamp::from_microsecond(now.0)?.to_zoned(TimeZone::UTC);
    let end = start.checked_add(span).context("--expires: no calendar goes that far")?;
    Ok(Timestamp(end.timestamp().as_microsecond()))
}

fn new_id(now: Timestamp) -> anyhow::Result<Uuid> {
    let mut bits = [0; 10];
    getrandom::fill(&mut bits)?;
    Ok(Builder::from_unix_timestamp_millis(now.0.unsigned_abs() / 1_000, &bits).into_uuid())
}

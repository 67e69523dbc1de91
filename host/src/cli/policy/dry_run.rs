//! `host policy dry-run`.

use std::{collections::BTreeMap, path::Path, process::ExitCode};

use anyhow::bail;
use clap::Args;
use jiff::tz::TimeZone;

use crate::{
    cli::{data::time_zone, session, table},
    cluster,
    config::Config,
    decide::replay::{Flip, MOST, Replay, Word, replay},
    domain::{
        rfc3339,
        time::{Timestamp, to_rfc3339},
    },
    policy::PolicySet,
    store::{Store, connect::connect_read_only, migrate},
};

use super::Folder;

/// Show what edited policies would decide otherwise.
#[derive(Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    folder: Folder,
    /// Only anomalies that opened then or later, as in 2026-01-05T00:00:00Z.
    #[arg(long, value_name = "TIME", value_parser = moment)]
    since: Option<Timestamp>,
    /// How many to show of each kind of change.
    #[arg(long, value_name = "N", default_value_t = 3)]
    samples: usize,
    /// Time zone of the operator's day.
    #[arg(long, value_name = "ZONE", default_value = "UTC", value_parser = time_zone)]
    time_zone: TimeZone,
}

fn moment(text: &str) -> Result<Timestamp, String> {
    rfc3339::parse(text.as_bytes())
        .map(Timestamp)
        .ok_or_else(|| "write date, time and offset, as in 2026-01-05T00:00:00Z".to_owned())
}

pub(super) fn run(arguments: &Arguments, config: Option<&Path>) -> anyhow::Result<ExitCode> {
    let edited = match PolicySet::read(&arguments.folder.policies) {
        Ok(edited) => edited,
        Err(refused) => {
            eprintln!("{refused}");
            return Ok(ExitCode::FAILURE);
        }
    };
    if !cluster::exists(&Config::load(config)?) {
        bail!("there is no database yet, so nothing is on record to judge anew");
    }
    session::with_database(config, async |config, database| {
        let store = Store::new(connect_read_only(database.url(), &config.database).await?);
        if migrate::steps(store.pool()).await?.iter().any(|step| !step.applied) {
            bail!("the database lacks some of the schema; `host db migrate` applies it");
        }
        let replayed = replay(&store, &edited, arguments.since, &arguments.time_zone).await;
        store.pool().close().await;
        show(&replayed?, arguments.samples);
        Ok(ExitCode::SUCCESS)
    })
}

/// Flips of one kind of anomaly from one decision to another.
type Change<'a> = (&'a str, Word, Word);

#[expect(clippy::print_stdout, reason = "the command's answer")]
fn show(replay: &Replay, samples: usize) {
    let Replay { decided, by_record, is_cut, flips } = replay;
    let mut changes: BTreeMap<Change, Vec<&Flip>> = BTreeMap::new();
    for flip in flips {
        changes.entry((flip.anomaly.kind(), flip.before, flip.after.word)).or_default().push(flip);
    }
    println!("{} of {decided} decisions would be others.", flips.len());
    if *by_record > 0 {
        println!(
            "{by_record} are compared with the decision on record: the policies that made it are not kept."
        );
    }
    if *is_cut {
        println!("Only the newest {MOST} anomalies of each family were looked at.");
    }
    if changes.is_empty() {
        return;
    }
    println!();
    let rows: Vec<[String; 4]> = changes
        .iter()
        .map(|((kind, before, after), flips)| {
            [(*kind).to_owned(), before.name().to_owned(), after.name().to_owned(), flips.len().to_string()]
        })
        .collect();
    table::print(["KIND", "NOW", "THEN", "ANOMALIES"], &rows);
    if samples > 0 {
        println!();
        let rows: Vec<[String; 6]> =
            changes.values().flat_map(|flips| flips.iter().take(samples)).map(|flip| sample(flip)).collect();
        table::print(["OPENED", "KIND", "SEVERITY", "SCORE", "CHANGE", "BECAUSE"], &rows);
    }
}

fn sample(flip: &Flip) -> [String; 6] {
    [
        to_rfc3339(flip.anomaly.opened_at().0),
        flip.anomaly.kind().to_owned(),
        flip.anomaly.severity().name().to_owned(),
        format!("{:.3}", flip.anomaly.score()),
        format!("{} -> {}", flip.before.name(), flip.after.word.name()),
        flip.after.reason.clone(),
    ]
}

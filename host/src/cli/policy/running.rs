//! `host policy list | rollback | reload`: what decides at a host, and what decided before.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    process::ExitCode,
};

use clap::Args;
use serde::Serialize;
use serde_json::{Value, json};

use crate::{
    cli::{
        INCOMPLETE,
        remote::{self, Host, Remote, whole_hash},
        table,
    },
    service::views::{PolicySet, PolicyVersion},
};

/// Where a host says what decides.
const LIVE: &str = "/api/policies/live";

/// A host, and how its answer is shown.
#[derive(Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    remote: Remote,
    /// For programs: the host's answer as JSON.
    #[arg(long)]
    json: bool,
}

/// Let a kept set decide.
#[derive(Args)]
pub(super) struct Rollback {
    /// SHA-256 of the set, or the beginning of it; `host policy list` shows which are kept.
    hash: String,
    #[command(flatten)]
    host: Arguments,
}

#[expect(clippy::print_stdout, reason = "the command's answer")]
pub(super) fn list(arguments: &Arguments, config: Option<&Path>) -> anyhow::Result<ExitCode> {
    let host = arguments.remote.connect(config)?;
    let answer: Value = host.get("/api/policies")?;
    if arguments.json {
        remote::print(&answer);
        return Ok(ExitCode::SUCCESS);
    }
    let versions: Vec<PolicyVersion> = serde_json::from_value(answer)?;
    let row = |kept: PolicyVersion| {
        let state = if kept.is_live { "live" } else { "" };
        [table::short(&kept.hash).to_owned(), kept.first_seen.to_string(), state.to_owned()]
    };
    let rows: Vec<_> = versions.into_iter().map(row).collect();
    table::print(["hash", "first seen", "state"], &rows);
    let live: PolicySet = host.get(LIVE)?;
    Ok(match live.refused {
        Some(refused) => {
            println!("refused: {refused}");
            ExitCode::from(INCOMPLETE)
        }
        None => ExitCode::SUCCESS,
    })
}

pub(super) fn roll_back(arguments: &Rollback, config: Option<&Path>) -> anyhow::Result<ExitCode> {
    let Rollback { hash, host: Arguments { remote, json } } = arguments;
    let host = remote.connect(config)?;
    let kept: Vec<PolicyVersion> = host.get("/api/policies")?;
    let hash = whole_hash(hash, kept.iter().map(|kept| kept.hash.as_str()), "host policy list")?;
    replace(&host, "/api/policies/rollback", &json!({ "hash": hash }), *json)
}

pub(super) fn reload(arguments: &Arguments, config: Option<&Path>) -> anyhow::Result<ExitCode> {
    replace(&arguments.remote.connect(config)?, "/api/policies/reload", &json!({}), arguments.json)
}

fn replace(host: &Host, path: &str, body: &impl Serialize, json: bool) -> anyhow::Result<ExitCode> {
    let before: PolicySet = host.get(LIVE)?;
    let answer: Value = host.post(path, body)?;
    if json {
        remote::print(&answer);
    } else {
        show(&before, &serde_json::from_value(answer)?);
    }
    Ok(ExitCode::SUCCESS)
}

#[expect(clippy::print_stdout, reason = "the command's answer")]
fn show(before: &PolicySet, after: &PolicySet) {
    if before.hash == after.hash {
        println!("nothing has changed: {} decides already", table::short(&after.hash));
        return;
    }
    let (old, new) = (texts(before), texts(after));
    for name in old.keys().chain(new.keys()).collect::<BTreeSet<_>>() {
        match (old.get(name), new.get(name)) {
            (Some(old), Some(new)) if old != new => println!("{name}: changed"),
            (None, Some(_)) => println!("{name}: new"),
            (Some(_), None) => println!("{name}: gone"),
            _ => {}
        }
    }
    println!("{} decided, {} decides", table::short(&before.hash), table::short(&after.hash));
    if let Some(block) = after.block {
        println!("block {block} says so");
    }
}

fn texts(set: &PolicySet) -> BTreeMap<&str, &str> {
    set.files.iter().map(|file| (file.name.as_str(), file.text.as_str())).collect()
}

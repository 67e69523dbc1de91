//! `host plugin rollback | reload`: a host runs other plugins.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    process::ExitCode,
};

use clap::Args;
use serde::Serialize;
use serde_json::{Value, json};

use super::running;
use crate::{
    cli::{
        remote::{self, Host, whole_hash},
        table,
    },
    service::views::{PluginSet, PluginVersion, Reloaded},
};

/// Bring a version back.
#[derive(Args)]
pub(super) struct Rollback {
    /// SHA-256 of the version, or the beginning of it; `host plugin versions` shows which are kept.
    hash: String,
    #[command(flatten)]
    host: running::Arguments,
}

pub(super) fn roll_back(arguments: &Rollback, config: Option<&Path>) -> anyhow::Result<ExitCode> {
    let Rollback { hash, host: running::Arguments { remote, json } } = arguments;
    let host = remote.connect(config)?;
    let kept: Vec<PluginVersion> = host.get("/api/plugins/versions")?;
    let hash = whole_hash(hash, kept.iter().map(|kept| kept.hash.as_str()), "host plugin versions")?;
    replace(&host, "/api/plugins/rollback", &json!({ "hash": hash }), *json)
}

pub(super) fn reload(arguments: &running::Arguments, config: Option<&Path>) -> anyhow::Result<ExitCode> {
    replace(&arguments.remote.connect(config)?, "/api/plugins/reload", &json!({}), arguments.json)
}

fn replace(host: &Host, path: &str, body: &impl Serialize, json: bool) -> anyhow::Result<ExitCode> {
    let before: PluginSet = host.get("/api/plugins")?;
    let answer: Value = host.post(path, body)?;
    if json {
        remote::print(&answer);
    } else {
        show(&before, &serde_json::from_value(answer)?);
    }
    Ok(ExitCode::SUCCESS)
}

#[expect(clippy::print_stdout, reason = "the command's answer")]
fn show(before: &PluginSet, after: &Reloaded) {
    if !after.is_new {
        println!("nothing has changed: these plugins run already");
        return;
    }
    let (old, new) = (versions(before), versions(&after.set));
    let names: BTreeSet<_> = old.keys().chain(new.keys()).collect();
    for name in names {
        match (old.get(name), new.get(name)) {
            (Some(old), Some(new)) if old != new => println!("{name}: {old} -> {new}"),
            (None, Some(new)) => println!("{name}: new, {new}"),
            (Some(old), None) => println!("{name}: gone, {old}"),
            _ => {}
        }
    }
    let Reloaded { rows_compared, findings_gone, findings_new, .. } = after;
    println!("of {rows_compared} rows on record {findings_gone} findings are gone and {findings_new} new");
    for sample in &after.samples {
        println!("  {sample}");
    }
    if let Some(block) = after.block {
        println!("block {block} says so");
    }
}

/// Version and hash by name.
fn versions(set: &PluginSet) -> BTreeMap<&str, String> {
    let version = |version: Option<&str>, hash: Option<&str>| {
        format!("{} {}", version.unwrap_or_default(), table::short(hash.unwrap_or_default()))
    };
    let plugins = set.plugins.iter();
    plugins.map(|it| (it.name.as_str(), version(it.version.as_deref(), it.hash.as_deref()))).collect()
}

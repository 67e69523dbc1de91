//! `host plugin list`: what a folder holds, or what a host runs.

use std::{path::Path, process::ExitCode};

use clap::Args;
use reqwest::Url;

use super::running;
use crate::{
    cli::{
        INCOMPLETE,
        remote::{Key, Remote, address},
        setup::PluginSource,
        table,
    },
    detectors::{agent::AgentManifest, artifact::World, folder::PluginSet, manifest::Manifest},
};

/// Show plugins.
#[derive(Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    source: PluginSource,
    /// Show what this host runs; without a URL the one that the settings describe.
    #[arg(long, value_name = "URL", value_parser = address, conflicts_with_all = ["plugins", "settings", "only"])]
    #[expect(clippy::option_option, reason = "not given, given alone, given with a value")]
    to: Option<Option<Url>>,
    #[command(flatten)]
    key: Key,
    /// With --to, for programs: one JSON object.
    #[arg(long, requires = "to")]
    json: bool,
}

pub(super) fn run(arguments: &Arguments, config: Option<&Path>) -> anyhow::Result<ExitCode> {
    let Arguments { source, to, key, json } = arguments;
    if let Some(to) = to {
        return running::list(&Remote::new(to.clone(), key.clone()), *json, config);
    }
    source.build()?;
    Ok(show(&source.load()?))
}

#[expect(clippy::print_stdout, reason = "the command's answer")]
fn show(set: &PluginSet) -> ExitCode {
    let detectors = set.plugins.iter().map(|plugin| detector(&plugin.manifest, &plugin.hash));
    let agent = set.agent.iter().map(|plugin| agent(&plugin.manifest, &plugin.hash));
    table::print(["name", "family", "version", "hash", "reads"], &detectors.chain(agent).collect::<Vec<_>>());
    for refused in &set.refused {
        println!("refused: {}: {}", refused.path.display(), refused.error);
    }
    if set.refused.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(INCOMPLETE) }
}

fn detector(manifest: &Manifest, hash: &str) -> [String; 5] {
    let Manifest { name, version, family, reads, .. } = manifest;
    let (family, hash) = (family.name().to_owned(), table::short(hash).to_owned());
    [name.clone(), family, version.clone(), hash, reads.join(" ")]
}

fn agent(manifest: &AgentManifest, hash: &str) -> [String; 5] {
    let AgentManifest { name, version, powers, .. } = manifest;
    let powers: Vec<&str> = powers.iter().map(|power| power.name()).collect();
    let powers = if powers.is_empty() { "no power".to_owned() } else { powers.join(" ") };
    let (family, hash) = (World::Agent.name().to_owned(), table::short(hash).to_owned());
    [name.clone(), family, version.clone(), hash, format!("asks for {powers}")]
}

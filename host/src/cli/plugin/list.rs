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
    println!("{:<24} {:<8} {:<9} {:<13} READS", "NAME", "VERSION", "FAMILY", "HASH");
    for plugin in &set.plugins {
        let Manifest { name, version, family, reads, .. } = &plugin.manifest;
        println!(
            "{name:<24} {version:<8} {:<9} {:<13} {}",
            family.name(),
            &plugin.hash[..12],
            reads.join(" ")
        );
    }
    if let Some(agent) = &set.agent {
        let AgentManifest { name, version, powers, .. } = &agent.manifest;
        let powers: Vec<&str> = powers.iter().map(|power| power.name()).collect();
        println!(
            "{name:<24} {version:<8} {:<9} {:<13} asks for {}",
            World::Agent.name(),
            &agent.hash[..12],
            if powers.is_empty() { "no power".into() } else { powers.join(" ") }
        );
    }
    for refused in &set.refused {
        println!("refused: {}: {}", refused.path.display(), refused.error);
    }
    if set.refused.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(INCOMPLETE) }
}

//! `host plugin build | list | check`.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::{Args, Subcommand};

use crate::{
    check::{self, Checked},
    detectors::{
        agent::AgentManifest,
        artifact::World,
        build,
        folder::{PluginSet, SettingsByName},
        limits::Limits,
        loader::loader,
        manifest::Manifest,
    },
};

use super::{
    INCOMPLETE,
    setup::{self, PluginSource, component_files},
};

/// Build, list and check plugins.
#[derive(Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Compile plugin crates and write their components beside them.
    Build {
        /// Folder of plugin crates.
        #[arg(default_value = "plugins")]
        folder: PathBuf,
    },
    /// Show the plugins of a folder, and what is wrong with those that cannot be used.
    List(PluginSource),
    /// Prove that plugins keep their promises: world, version, manifest, settings, limits, and answers that do
    /// not depend on batches, stream ids or what lies before the warm-up.
    Check {
        /// A component file, or a folder of crates and components.
        path: PathBuf,
        /// A setting to check with, for example price-movement.threshold=6; repeatable.
        #[arg(long, value_name = "NAME.KEY=VALUE")]
        settings: Vec<String>,
    },
}

#[expect(clippy::print_stdout, reason = "the command's answer")]
pub(super) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    match &arguments.command {
        Command::Build { folder } => {
            let built = build::build(folder)?;
            println!(
                "{} components are current, {} of them compiled now",
                built.components.len(),
                built.compiled
            );
            Ok(ExitCode::SUCCESS)
        }
        Command::List(source) => {
            source.build()?;
            Ok(list(&source.load()?))
        }
        Command::Check { path, settings } => check(path, &setup::parse_settings(settings)?),
    }
}

#[expect(clippy::print_stdout, reason = "the command's answer")]
fn check(path: &Path, settings: &SettingsByName) -> anyhow::Result<ExitCode> {
    let loader = loader(Limits::default())?;
    let mut broken = 0;
    for file in component_files(path)? {
        match check::check(&loader, &file, settings) {
            Ok(Checked { name, version, rows, answers, .. }) => {
                println!("ok       {name} {version} ({rows} rows, {answers} answers)");
            }
            Err(promise) => {
                broken += 1;
                println!("BROKEN   {}: {promise}", file.display());
            }
        }
    }
    Ok(if broken == 0 { ExitCode::SUCCESS } else { ExitCode::from(INCOMPLETE) })
}

#[expect(clippy::print_stdout, reason = "the command's answer")]
fn list(set: &PluginSet) -> ExitCode {
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

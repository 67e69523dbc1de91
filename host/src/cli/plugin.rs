//! `host plugin build | list | check`.

use std::{
    path::PathBuf,
    process::ExitCode,
};

use clap::{Args, Subcommand};

use crate::detectors::{build, folder::PluginSet, manifest::Manifest};

use super::{INCOMPLETE, setup::PluginSource};

/// Build, list and check detectors.
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
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    match &arguments.command {
        Command::Build { folder } => {
            let built = build::build(folder)?;
            println!("{} components are current, {} of them compiled now", built.components.len(), built.compiled);
            Ok(ExitCode::SUCCESS)
        }
        Command::List(source) => list(&source.load()?),
    }
}

#[expect(clippy::print_stdout, reason = "the command's answer")]
fn list(set: &PluginSet) -> anyhow::Result<ExitCode> {
    println!("{:<24} {:<8} {:<9} {:<13} READS", "NAME", "VERSION", "FAMILY", "HASH");
    for plugin in &set.plugins {
        let Manifest { name, version, family, reads, .. } = &plugin.manifest;
        println!("{name:<24} {version:<8} {:<9} {:<13} {}", family.name(), &plugin.hash[..12], reads.join(" "));
    }
    for refused in &set.refused {
        println!("refused: {}: {}", refused.path.display(), refused.error);
    }
    Ok(if set.refused.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(INCOMPLETE) })
}

//! `host plugin build | list | check | sign | versions | rollback | reload`.

mod list;
mod replace;
mod running;
mod sign;

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::{Args, Subcommand};

use crate::{
    check::{self, Checked},
    detectors::{build, folder::SettingsByName, limits::Limits, loader::loader},
};

use super::{
    INCOMPLETE,
    setup::{self, component_files},
};

/// Build, list, check, sign and replace plugins.
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
    /// Show the plugins of a folder, and what is wrong with those that cannot be used; with --to, those that a host
    /// runs, how each is doing, and why the newest ones on disk do not run. Exit code 3: something does not run.
    List(list::Arguments),
    /// Prove that plugins keep their promises: world, version, manifest, settings, limits, and answers that do
    /// not depend on batches, stream ids or what lies before the warm-up.
    Check {
        /// A component file, or a folder of crates and components.
        path: PathBuf,
        /// A setting to check with, for example price-movement.threshold=6; repeatable.
        #[arg(long, value_name = "NAME.KEY=VALUE")]
        settings: Vec<String>,
    },
    /// Vouch for components as their publisher: writes NAME.wasm.sig beside each.
    Sign(sign::Arguments),
    /// Show which versions a host keeps, newest first: whatever it ran.
    Versions(running::Arguments),
    /// Have a host put a kept version in the place of the plugin of its name, in its folder too.
    Rollback(replace::Rollback),
    /// Have a host read its folder anew: the plugins in it run from then on, or are refused as a whole.
    Reload(running::Arguments),
}

#[expect(clippy::print_stdout, reason = "the command's answer")]
pub(super) fn run(arguments: &Arguments, config: Option<&Path>) -> anyhow::Result<ExitCode> {
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
        Command::List(arguments) => list::run(arguments, config),
        Command::Check { path, settings } => check(path, &setup::parse_settings(settings)?),
        Command::Sign(arguments) => sign::run(arguments),
        Command::Versions(arguments) => running::versions(arguments, config),
        Command::Rollback(arguments) => replace::roll_back(arguments, config),
        Command::Reload(arguments) => replace::reload(arguments, config),
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

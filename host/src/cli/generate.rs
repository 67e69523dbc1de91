//! `host generate`.

use std::{fs, path::PathBuf, process::ExitCode};

use anyhow::Context as _;
use clap::Args;

use crate::backtest::generate::Dataset;

use super::data::BuiltIn;

/// Write the built-in data as files.
#[derive(Args)]
pub(super) struct Arguments {
    /// Folder for market.csv, signals.csv, trades.csv and labels.csv; made if need be.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    #[command(flatten)]
    built_in: BuiltIn,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let folder = &arguments.out;
    fs::create_dir_all(folder)
        .and_then(|()| Dataset::generate(&arguments.built_in.spec()).write_files(folder))
        .with_context(|| format!("--out {} cannot be written", folder.display()))?;
    Ok(ExitCode::SUCCESS)
}

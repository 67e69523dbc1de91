//! The rows of a run: files, or built-in data.

use std::{fs, path::PathBuf};

use anyhow::Context as _;
use clap::Args;
use jiff::tz::TimeZone;

use crate::{
    backtest::{
        generate::{Dataset, Spec},
        result::Generated,
    },
    ingest::{self, Calendars, Input, Sources},
};

use super::progress::Progress;

/// Where the rows of a run come from.
#[derive(Args, Clone, Debug)]
pub(super) struct Data {
    /// Bars: CSV, CSV.gz or Parquet; repeatable. Without any file the built-in data are run.
    #[arg(long, value_name = "FILE")]
    market: Vec<PathBuf>,
    /// Signals of trading algorithms; repeatable.
    #[arg(long, value_name = "FILE")]
    signals: Vec<PathBuf>,
    /// Fills of traders; repeatable.
    #[arg(long, value_name = "FILE")]
    trades: Vec<PathBuf>,
    /// What was really anomalous; repeatable.
    #[arg(long, value_name = "FILE")]
    labels: Vec<PathBuf>,
    /// When markets are open (TOML); without it sessions are inferred.
    #[arg(long, value_name = "FILE")]
    calendar: Option<PathBuf>,
    /// Time zone of the traders' days.
    #[arg(long, value_name = "ZONE", default_value = "UTC", value_parser = time_zone)]
    time_zone: TimeZone,
    /// Stop at the first bad row.
    #[arg(long)]
    strict: bool,
    #[command(flatten)]
    built_in: BuiltIn,
}

/// Built-in data.
#[derive(Args, Clone, Copy, Debug)]
pub(super) struct BuiltIn {
    /// Chooses the built-in data.
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    seed: u64,
    /// Sessions of built-in data.
    #[arg(long, value_name = "DAYS", default_value_t = 30, value_parser = count(10_000))]
    days: u64,
    /// Symbols of built-in data.
    #[arg(long, value_name = "COUNT", default_value_t = 1, value_parser = count(1_000))]
    symbols: u64,
}

impl BuiltIn {
    pub(super) fn spec(self) -> Spec {
        Spec { seed: self.seed, days: self.days as usize, symbols: self.symbols as usize }
    }
}

fn count(most: u64) -> clap::builder::RangedU64ValueParser {
    clap::value_parser!(u64).range(1..=most)
}

pub(super) fn time_zone(name: &str) -> Result<TimeZone, String> {
    TimeZone::get(name).map_err(|error| format!("{error}; use a name such as Asia/Kolkata"))
}

impl Data {
    /// Reads the files, or makes the built-in data.
    pub(super) fn read(&self) -> anyhow::Result<Input> {
        if self.is_built_in() {
            let draft = Dataset::generate(&self.built_in.spec()).to_draft();
            return Ok(ingest::finish(draft, &self.calendars()?, &self.time_zone));
        }
        let progress = Progress::rows("reading");
        Ok(ingest::read(&self.sources(), &|file, rows| progress.at(&file.to_string_lossy(), rows))?)
    }

    /// How sessions are told apart.
    pub(super) fn calendars(&self) -> anyhow::Result<Calendars> {
        let Some(path) = &self.calendar else { return Ok(Calendars::default()) };
        let text = fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))?;
        Ok(Calendars::parse(&text, path)?)
    }

    pub(super) fn zone(&self) -> &TimeZone {
        &self.time_zone
    }

    /// The built-in data of this run, if it is on such.
    pub(super) fn generated(&self) -> Option<Generated> {
        self.is_built_in().then(|| self.built_in.spec().into())
    }

    fn is_built_in(&self) -> bool {
        self.market.is_empty() && self.signals.is_empty() && self.trades.is_empty() && self.labels.is_empty()
    }

    fn sources(&self) -> Sources {
        Sources {
            market: self.market.clone(),
            signals: self.signals.clone(),
            trades: self.trades.clone(),
            labels: self.labels.clone(),
            calendar: self.calendar.clone(),
            time_zone: self.time_zone.clone(),
            strict: self.strict,
        }
    }
}

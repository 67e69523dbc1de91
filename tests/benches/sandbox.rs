//! What the sandbox costs: each detector sandboxed and native, in turn, over the built-in data.

use std::{hint::black_box, ops::Range, time::Duration};

use anyhow::Context as _;
use host::{
    backtest::generate::{Dataset, Spec},
    detectors::{
        columns::{BarColumns, FillColumns},
        instance::Instance,
        plugin::Plugin,
    },
    domain::family::Family,
    ingest::{self, Calendars, Input},
};
use tests::tape::Tape;

use crate::{
    measure::{figure, files, load, loader, median, median_of, say, timed},
    native::DETECTORS,
};

/// Rows of a call.
const BATCH: usize = 1_024;

/// Times that a detector runs over all rows, each way.
const REPETITIONS: usize = 31;

/// Times of one detector for one row, nanoseconds.
struct Cost {
    family: Family,
    native: f64,
    sandboxed: f64,
}

pub(crate) fn run() -> anyhow::Result<()> {
    let set = load(&loader()?, files()?)?;
    let rows = Rows::built_in();
    say(&format!("\nSANDBOX: {} bars, {} fills, batches of {BATCH}", count(&rows.bars), count(&rows.fills)));
    say(&format!(
        "{:<24} {:<10} {:>12} {:>14} {:>7}",
        "detector", "family", "native ns", "sandboxed ns", "ratio"
    ));
    let mut costs = Vec::new();
    for native in &DETECTORS {
        let plugin = set.plugins.iter().find(|plugin| plugin.manifest.name == native.name);
        let plugin = plugin.with_context(|| format!("{} has no component", native.name))?;
        let cost = rows.compare(native.run, plugin)?;
        let Cost { family, native: plain, sandboxed } = cost;
        let ratio = sandboxed / plain;
        say(&format!(
            "{:<24} {:<10} {plain:>12.1} {sandboxed:>14.1} {ratio:>7.2}",
            native.name,
            family.name()
        ));
        costs.push(cost);
    }
    let ratios = costs.iter().map(|cost| cost.sandboxed / cost.native).collect();
    figure("median of the ratios", &format!("{:.2}", median_of(ratios)), "at most 2.0");
    let bars: Vec<f64> =
        costs.iter().filter(|cost| cost.family != Family::Behavior).map(|cost| cost.sandboxed).collect();
    let millions = 1e3 * bars.len() as f64 / bars.iter().sum::<f64>();
    figure(
        "evaluations a second and core, market and conflict",
        &format!("{millions:.1} million"),
        "at least 10 million",
    );
    Ok(())
}

/// The built-in data, ready for either way.
struct Rows {
    tape: Tape,
    bars: Vec<Range<usize>>,
    fills: Vec<Range<usize>>,
    bar_columns: BarColumns,
    fill_columns: FillColumns,
}

impl Rows {
    fn built_in() -> Self {
        let draft = Dataset::generate(&Spec::default()).to_draft();
        let input: Input = ingest::finish(draft, &Calendars::default(), &jiff::tz::TimeZone::UTC);
        Self {
            tape: Tape::of(&input),
            bars: batches(input.bars.len()),
            fills: batches(input.fills.len()),
            bar_columns: BarColumns::of(&input.bars),
            fill_columns: FillColumns::of(&input.fills),
        }
    }

    fn compare(
        &self,
        native: fn(&Tape, &[Range<usize>]) -> Duration,
        plugin: &Plugin,
    ) -> anyhow::Result<Cost> {
        let family = plugin.manifest.family;
        let batches = if family == Family::Behavior { &self.fills } else { &self.bars };
        let (mut plain, mut sandboxed) = (Vec::new(), Vec::new());
        for _ in 0..REPETITIONS {
            plain.push(native(&self.tape, batches));
            sandboxed.push(self.sandboxed(plugin, batches)?);
        }
        let rows = count(batches) as f64;
        let per_row = |times| median(times).map(|time| time.as_nanos() as f64 / rows);
        Ok(Cost { family, native: per_row(plain)?, sandboxed: per_row(sandboxed)? })
    }

    /// A fresh instance over all batches, answers checked as in a run.
    fn sandboxed(&self, plugin: &Plugin, batches: &[Range<usize>]) -> anyhow::Result<Duration> {
        let mut instance = Instance::start(plugin)?;
        let (time, done) =
            timed(|| batches.iter().try_for_each(|rows| self.call(&mut instance, plugin, rows)));
        done.map(|()| time)
    }

    fn call(&self, instance: &mut Instance, plugin: &Plugin, rows: &Range<usize>) -> anyhow::Result<()> {
        match plugin.manifest.family {
            Family::Market => drop(black_box(instance.evaluate_bars(plugin, &self.bar_columns, rows)?)),
            Family::Conflict => drop(black_box(instance.signals(plugin, &self.bar_columns, rows)?)),
            Family::Behavior => drop(black_box(instance.evaluate_fills(plugin, &self.fill_columns, rows)?)),
        }
        Ok(())
    }
}

fn batches(rows: usize) -> Vec<Range<usize>> {
    (0..rows).step_by(BATCH).map(|start| start..rows.min(start + BATCH)).collect()
}

fn count(batches: &[Range<usize>]) -> usize {
    batches.iter().map(Range::len).sum()
}

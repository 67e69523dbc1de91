//! What the groups share: components, repetition, medians, lines of a table.

use std::{
    path::PathBuf,
    time::{Duration, Instant},
};

use anyhow::{Context as _, ensure};
use host::detectors::{
    compiled::Cache,
    engine,
    folder::{self, PluginSet, SettingsByName},
    limits::Limits,
    plugin::Loader,
};

/// Components of the repository that are no agents.
pub(crate) const COMPONENTS: usize = 26;

/// A cache of compiled components that no other run shares.
pub(crate) fn cache_folder() -> PathBuf {
    tests::repository().join("target/bench-cache")
}

/// A loader with an engine of its own.
pub(crate) fn loader() -> anyhow::Result<Loader> {
    let limits = Limits::default();
    let engine = engine::start(&limits).map_err(|error| anyhow::anyhow!("{error:#}"))?;
    Ok(Loader::new(engine, limits, Cache::open(&cache_folder())?))
}

/// The files of all components.
pub(crate) fn files() -> anyhow::Result<Vec<PathBuf>> {
    let files = folder::components(&tests::repository().join("plugins"))?;
    ensure!(files.len() == COMPONENTS, "{} components in plugins/: run `host plugin build`", files.len());
    Ok(files)
}

/// Loads all components.
pub(crate) fn load(loader: &Loader, files: Vec<PathBuf>) -> anyhow::Result<PluginSet> {
    let set = folder::load(loader, files, &SettingsByName::new());
    ensure!(set.plugins.len() == COMPONENTS, "refused: {:?}", set.refused);
    Ok(set)
}

/// How long something takes.
pub(crate) fn timed<T>(work: impl FnOnce() -> T) -> (Duration, T) {
    let began = Instant::now();
    let done = work();
    (began.elapsed(), done)
}

/// The middle of some times.
pub(crate) fn median(mut times: Vec<Duration>) -> anyhow::Result<Duration> {
    times.sort_unstable();
    times.get(times.len() / 2).copied().context("nothing was measured")
}

/// The middle of some numbers.
pub(crate) fn median_of(mut values: Vec<f64>) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    match values.len() {
        0 => f64::NAN,
        count => values[(count - 1) / 2].midpoint(values[count / 2]),
    }
}

/// Prints a line of a table.
#[expect(clippy::print_stdout, reason = "the answer of a benchmark")]
pub(crate) fn say(line: &str) {
    println!("{line}");
}

/// Prints a figure, what it should be, and how it was got.
pub(crate) fn figure(name: &str, value: &str, goal: &str) {
    say(&format!("{name:<52} {value:>16}   {goal}"));
}

//! A run: all rows of an input through the pipeline.

use std::{
    collections::HashSet,
    convert::Infallible,
    ops::ControlFlow,
    sync::Arc,
    time::{Duration, Instant},
};

use crate::{
    detectors::{error::LoadError, plugin::Plugin},
    domain::{
        family::Family,
        finding::{self, Finding},
    },
    ingest::Input,
    pipeline::{self, JudgedPanel, Outcome, Pipeline},
};

use super::batches::Batches;

/// Rows of a batch, unless told otherwise: large enough that calls cost nothing beside their rows, small
/// enough to stay in the processor's caches.
pub const BATCH_ROWS: usize = 2_048;

/// What a run came to.
pub struct Run {
    /// Findings by (time, family, subject, detector, kind), without those of plugins that failed.
    pub findings: Vec<Finding>,
    /// Panels with a quorum, in order.
    pub panels: Vec<JudgedPanel>,
    /// What became of each plugin.
    pub outcomes: Vec<Outcome>,
    /// Time of each batch through all plugins.
    pub batch_times: Vec<Duration>,
    /// From the first row to the last finding.
    pub time: Duration,
}

/// Runs all rows through all plugins. `progress` is told the rows done.
///
/// What an algorithm says goes into the panels of all, so a run in which one failed is made again without it.
///
/// # Errors
/// If a plugin cannot be started.
pub fn run(
    input: &Input,
    plugins: &[Arc<Plugin>],
    batch_rows: usize,
    progress: impl Fn(usize),
) -> Result<Run, LoadError> {
    let go_on = |rows| {
        progress(rows);
        ControlFlow::<Infallible>::Continue(())
    };
    match run_while(input, plugins, batch_rows, go_on)? {
        ControlFlow::Continue(run) => Ok(run),
        ControlFlow::Break(never) => match never {},
    }
}

/// The same, as long as `go_on` says so, which is told the rows done after each batch.
///
/// # Errors
/// If a plugin cannot be started.
pub fn run_while<B>(
    input: &Input,
    plugins: &[Arc<Plugin>],
    batch_rows: usize,
    go_on: impl Fn(usize) -> ControlFlow<B>,
) -> Result<ControlFlow<B, Run>, LoadError> {
    let mut rest = plugins.to_vec();
    let mut failed = Vec::new();
    loop {
        let mut run = match once(input, &rest, batch_rows, &go_on)? {
            ControlFlow::Continue(run) => run,
            stopped @ ControlFlow::Break(_) => return Ok(stopped),
        };
        let algorithms =
            run.outcomes.iter().filter(|it| it.has_failed() && it.plugin.manifest.family == Family::Conflict);
        let before = failed.len();
        failed.extend(algorithms.cloned());
        if failed.len() == before {
            run.outcomes.append(&mut failed);
            pipeline::sort(&mut run.outcomes);
            return Ok(ControlFlow::Continue(run));
        }
        rest.retain(|plugin| {
            !failed.iter().any(|it: &Outcome| it.plugin.manifest.name == plugin.manifest.name)
        });
    }
}

fn once<B>(
    input: &Input,
    plugins: &[Arc<Plugin>],
    batch_rows: usize,
    go_on: &impl Fn(usize) -> ControlFlow<B>,
) -> Result<ControlFlow<B, Run>, LoadError> {
    let began = Instant::now();
    let mut pipeline = Pipeline::start(plugins, &input.columns)?;
    let (mut findings, mut panels, mut batch_times) = (Vec::new(), Vec::new(), Vec::new());
    for batch in Batches::of(input, batch_rows) {
        let batch_began = Instant::now();
        let fed = pipeline.feed(&batch);
        batch_times.push(batch_began.elapsed());
        findings.extend(fed.findings);
        panels.extend(fed.panels);
        if let ControlFlow::Break(why) = go_on(batch.rows()) {
            return Ok(ControlFlow::Break(why));
        }
    }
    let outcomes = pipeline.outcomes();
    withdraw(&mut findings, &outcomes);
    finding::sort(&mut findings, &input.symbols, &input.users);
    Ok(ControlFlow::Continue(Run { findings, panels, outcomes, batch_times, time: began.elapsed() }))
}

/// Nothing that a failed plugin said counts.
fn withdraw(findings: &mut Vec<Finding>, outcomes: &[Outcome]) {
    let failed: HashSet<&str> = outcomes
        .iter()
        .filter(|outcome| outcome.has_failed())
        .map(|outcome| outcome.plugin.manifest.name.as_str())
        .collect();
    if !failed.is_empty() {
        findings.retain(|finding| !failed.contains(finding.detector.as_ref()));
    }
}

//! A run: all rows of an input through the pipeline.

use std::{
    collections::HashSet,
    sync::Arc,
    time::{Duration, Instant},
};

use crate::{
    detectors::{error::LoadError, plugin::Plugin, supervisor::Health},
    domain::{family::Family, finding::Finding, names::Names},
    ingest::Input,
    pipeline::{JudgedPanel, Outcome, Pipeline},
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
}

/// Runs all rows through all plugins. `progress` is told the rows done.
///
/// # Errors
/// If a plugin cannot be started.
pub fn run(
    input: &Input,
    plugins: &[Arc<Plugin>],
    batch_rows: usize,
    progress: impl Fn(usize),
) -> Result<Run, LoadError> {
    let mut pipeline = Pipeline::start(plugins, &input.columns)?;
    let (mut findings, mut panels, mut batch_times) = (Vec::new(), Vec::new(), Vec::new());
    for batch in Batches::of(input, batch_rows) {
        let began = Instant::now();
        let fed = pipeline.feed(&batch);
        batch_times.push(began.elapsed());
        findings.extend(fed.findings);
        panels.extend(fed.panels);
        progress(batch.rows());
    }
    let outcomes = pipeline.outcomes();
    withdraw(&mut findings, &outcomes);
    sort(&mut findings, &input.symbols, &input.users);
    Ok(Run { findings, panels, outcomes, batch_times })
}

/// Nothing that a failed plugin said counts.
fn withdraw(findings: &mut Vec<Finding>, outcomes: &[Outcome]) {
    let failed: HashSet<&str> = outcomes
        .iter()
        .filter(|outcome| matches!(outcome.health, Health::Failed { .. }))
        .map(|outcome| outcome.plugin.manifest.name.as_str())
        .collect();
    if !failed.is_empty() {
        findings.retain(|finding| !failed.contains(finding.detector.as_ref()));
    }
}

/// Into the order of result files; equal keys keep the order of their rows.
fn sort(findings: &mut [Finding], symbols: &Names, users: &Names) {
    let subject = |finding: &Finding| match finding.family {
        Family::Behavior => users.name(finding.subject).to_owned(),
        Family::Market | Family::Conflict => symbols.name(finding.subject).to_owned(),
    };
    findings.sort_by(|a, b| {
        (a.at, a.family)
            .cmp(&(b.at, b.family))
            .then_with(|| if a.subject == b.subject { std::cmp::Ordering::Equal } else { subject(a).cmp(&subject(b)) })
            .then_with(|| a.detector.cmp(&b.detector))
            .then_with(|| a.kind.cmp(&b.kind))
    });
}

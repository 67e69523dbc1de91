//! What a worker shows of itself.

use std::time::Duration;

use crate::{
    detectors::supervisor::Health,
    domain::family::Family,
    pipeline::{Outcome, Pipeline},
};

/// What a worker shows of itself, now and then.
#[derive(Debug, Default)]
pub(super) struct Outlook {
    pub(super) plugins: Vec<PluginFigures>,
    pub(super) subjects: usize,
}

impl Outlook {
    pub(super) fn of(pipeline: &Pipeline, subjects: usize) -> Self {
        Self { plugins: pipeline.outcomes().iter().map(PluginFigures::from).collect(), subjects }
    }
}

/// Figures about one component since it was started or put in place.
#[derive(Clone, Debug, PartialEq)]
pub struct PluginFigures {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// SHA-256 of its bytes, hex.
    pub hash: String,
    /// Its family.
    pub family: Family,
    /// How it is doing; of several workers, how the worst off is.
    pub health: Health,
    /// Calls, replays not counted.
    pub calls: u64,
    /// Rows it was shown.
    pub rows: u64,
    /// Findings; of an algorithm, its dissents.
    pub findings: u64,
    /// Time inside its calls.
    pub busy: Duration,
    /// Linear memory of all its instances, bytes.
    pub memory: u64,
    /// Instances that replaced a trapped one: its traps.
    pub restarts: u64,
}

impl From<&Outcome> for PluginFigures {
    fn from(outcome: &Outcome) -> Self {
        let manifest = &outcome.plugin.manifest;
        Self {
            name: manifest.name.clone(),
            version: manifest.version.clone(),
            hash: outcome.plugin.hash.clone(),
            family: manifest.family,
            health: outcome.health.clone(),
            calls: outcome.calls,
            rows: outcome.rows,
            findings: outcome.findings,
            busy: outcome.busy,
            memory: outcome.memory,
            restarts: outcome.restarts,
        }
    }
}

impl PluginFigures {
    /// Adds those of the same component at another worker.
    pub(super) fn add(&mut self, other: &Self) {
        if self.health == Health::Running {
            self.health = other.health.clone();
        }
        self.calls += other.calls;
        self.rows += other.rows;
        self.findings += other.findings;
        self.busy += other.busy;
        self.memory += other.memory;
        self.restarts += other.restarts;
    }
}

//! Plugins that are called in one way, side by side.

use std::sync::Arc;

use rayon::prelude::*;

use crate::{
    detectors::{
        contract::Contract,
        history::History,
        instance::RawFinding,
        plugin::Plugin,
        supervisor::{Health, Skipped, Supervisor, Tally},
    },
    domain::finding::Finding,
};

use super::Outcome;

/// The answers of one plugin about a batch, by row.
pub(super) type Answers<A> = Vec<(usize, A)>;

/// Plugins that are called in one way.
pub(super) struct Stage<C: Contract> {
    supervisors: Vec<Supervisor<C>>,
    names: Vec<Names>,
}

/// A plugin's name and kinds, shared by its findings.
struct Names {
    detector: Arc<str>,
    kinds: Vec<Arc<str>>,
}

impl<C: Contract + Send + Sync> Stage<C> {
    pub(super) fn new(supervisors: Vec<Supervisor<C>>) -> Self {
        let names = supervisors
            .iter()
            .map(|supervisor| {
                let manifest = &supervisor.plugin().manifest;
                Names {
                    detector: manifest.name.as_str().into(),
                    kinds: manifest.emits.iter().map(|kind| kind.as_str().into()).collect(),
                }
            })
            .collect();
        Self { supervisors, names }
    }

    /// Goes on with those plugins, in their order: with those of `warm`, and the others as they are.
    pub(super) fn take_over(&mut self, warm: Self, plugins: &[Arc<Plugin>]) {
        let mut all = warm.supervisors;
        all.append(&mut self.supervisors);
        let mut taken = Vec::new();
        for plugin in plugins {
            if let Some(place) = all.iter().position(|one| one.plugin().does_as(plugin)) {
                taken.push(all.remove(place));
            }
        }
        *self = Self::new(taken);
    }

    /// Goes on with those of its plugins that are among these.
    pub(super) fn retain(&mut self, plugins: &[Arc<Plugin>]) {
        let none = Self { supervisors: Vec::new(), names: Vec::new() };
        self.take_over(none, plugins);
    }

    /// Counts from nothing.
    pub(super) fn forget_figures(&mut self) {
        self.supervisors.iter_mut().for_each(|supervisor| supervisor.tally = Tally::default());
    }

    /// Goes on where another history numbers the same rows.
    pub(super) fn renumber(&mut self, from: &History<C::Row>, to: &History<C::Row>) {
        self.supervisors.iter_mut().for_each(|supervisor| supervisor.renumber(from, to));
    }

    pub(super) fn plugins(&self) -> impl Iterator<Item = &Arc<Plugin>> {
        self.supervisors.iter().map(Supervisor::plugin)
    }

    pub(super) fn contracts(&self) -> impl Iterator<Item = &C> {
        self.supervisors.iter().map(Supervisor::contract)
    }

    pub(super) fn outcomes(&self) -> impl Iterator<Item = Outcome> {
        self.supervisors.iter().map(Outcome::of)
    }

    pub(super) fn left_out(&self) -> impl Iterator<Item = String> {
        let left_out = self.supervisors.iter().filter(|supervisor| supervisor.health != Health::Running);
        left_out.map(|supervisor| supervisor.plugin().manifest.name.clone())
    }

    pub(super) fn revive(&mut self, name: &str) {
        let of_name = |supervisor: &&mut Supervisor<C>| supervisor.plugin().manifest.name == name;
        self.supervisors.iter_mut().filter(of_name).for_each(Supervisor::revive);
    }

    pub(super) fn take_skipped(&mut self) -> Vec<(Arc<Plugin>, Skipped)> {
        let taken = |supervisor: &mut Supervisor<C>| {
            let plugin = Arc::clone(supervisor.plugin());
            std::mem::take(&mut supervisor.skipped).into_iter().map(move |row| (Arc::clone(&plugin), row))
        };
        self.supervisors.iter_mut().flat_map(taken).collect()
    }

    /// Shows a batch to every plugin; their answers come in the plugins' order.
    pub(super) fn evaluate(
        &mut self,
        history: &History<C::Row>,
        rows: &[C::Row],
        columns: &C::Columns,
    ) -> Vec<Answers<C::Answer>> {
        if rows.is_empty() {
            return self.supervisors.iter().map(|_| Vec::new()).collect();
        }
        self.supervisors
            .par_iter_mut()
            .map(|supervisor| supervisor.evaluate(history, rows, columns))
            .collect()
    }
}

impl<C: Contract<Answer = RawFinding> + Send + Sync> Stage<C> {
    /// Adds time and subject of its row, as `place` tells them, to what each plugin said.
    pub(super) fn collect(
        &self,
        answers: Vec<Answers<RawFinding>>,
        findings: &mut Vec<Finding>,
        place: impl Fn(usize) -> (i64, u32),
    ) {
        for ((supervisor, names), answers) in self.supervisors.iter().zip(&self.names).zip(answers) {
            let family = supervisor.plugin().manifest.family;
            findings.extend(answers.into_iter().map(|(row, raw)| {
                let (at, subject) = place(row);
                Finding {
                    at,
                    family,
                    subject,
                    detector: names.detector.clone(),
                    kind: names.kind(&raw.kind),
                    severity: raw.severity,
                    score: raw.score,
                    observed: raw.observed,
                    expected: raw.expected,
                    message: raw.message,
                    evidence: raw.evidence,
                    dispute: None,
                }
            }));
        }
    }
}

impl Names {
    fn kind(&self, kind: &str) -> Arc<str> {
        self.kinds.iter().find(|known| known.as_ref() == kind).map_or_else(|| kind.into(), Arc::clone)
    }
}

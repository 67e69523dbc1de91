//! Joins the stages: a batch of rows in, the findings about it out.
//!
//! ```text
//! bars ----> market detectors ----------------------------------------> findings
//!      `---> algorithms -> computed signals .
//! signals --------------------------------- > panels -> dissents -> fold -> findings
//! fills ---> behavior detectors --------------------------------------> findings
//! ```

mod panels;
mod stage;
mod takeover;

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use crate::{
    detectors::{
        contract::{Contract, Detect, Dissents, Signals, Watch},
        error::LoadError,
        history::History,
        manifest::{Manifest, WarmUp},
        plugin::Plugin,
        supervisor::{Health, Skipped, Supervisor},
    },
    domain::{
        family::{Family, seat},
        finding::Finding,
        panel::{PanelRow, SEATS},
        rows::{Bar, Fill, Signal},
    },
    ingest::KnownColumns,
};

use panels::PanelBook;
pub use panels::{JudgedPanel, PanelKey};
use stage::Stage;

/// Rows of one stretch of time, each kind in its order; no later batch has rows known at the same time.
#[derive(Clone, Copy, Debug, Default)]
pub struct Batch<'a> {
    /// Bars.
    pub bars: &'a [Bar],
    /// Signals from outside.
    pub signals: &'a [Signal],
    /// Fills.
    pub fills: &'a [Fill],
}

impl Batch<'_> {
    /// Rows of all kinds.
    pub fn rows(&self) -> usize {
        self.bars.len() + self.signals.len() + self.fills.len()
    }
}

/// All detectors and what they remember.
pub struct Pipeline {
    bars: History<Bar>,
    fills: History<Fill>,
    judged: History<PanelRow>,
    market: Stage<Detect>,
    algorithms: Stage<Signals>,
    dissents: Stage<Dissents>,
    behavior: Stage<Watch>,
    panels: PanelBook,
    silent: Vec<Silent>,
    known: KnownColumns,
    computed: [u64; SEATS],
}

/// A plugin that cannot say anything about this input.
pub struct Silent {
    /// The plugin.
    pub plugin: Arc<Plugin>,
    /// Columns that it needs and the input does not have.
    pub missing: Vec<String>,
}

impl Pipeline {
    /// Starts the plugins that have something to read.
    ///
    /// # Errors
    /// If one of them cannot be started.
    pub fn start(plugins: &[Arc<Plugin>], known: &KnownColumns) -> Result<Self, LoadError> {
        let mut silent = Vec::new();
        let (mut market, mut algorithms, mut dissents, mut behavior) = Default::default();
        let (mut bar_memory, mut fill_memory) = (WarmUp::default(), WarmUp::default());
        for plugin in plugins {
            let missing = missing(&plugin.manifest, known);
            let warm_up = plugin.manifest.warm_up;
            match (plugin.manifest.family, seat(&plugin.manifest.name)) {
                (Family::Conflict, Some(seat)) => {
                    start(&mut dissents, plugin, Dissents { seat })?;
                    if missing.is_empty() {
                        start(&mut algorithms, plugin, Signals)?;
                        bar_memory = bar_memory.longest(warm_up);
                    }
                }
                (Family::Market, _) if missing.is_empty() => {
                    start(&mut market, plugin, Detect)?;
                    bar_memory = bar_memory.longest(warm_up);
                }
                (Family::Behavior, _) if missing.is_empty() => {
                    start(&mut behavior, plugin, Watch)?;
                    fill_memory = fill_memory.longest(warm_up);
                }
                _ => silent.push(Silent { plugin: plugin.clone(), missing }),
            }
        }
        Ok(Self {
            bars: History::keeping(bar_memory),
            fills: History::keeping(fill_memory),
            judged: History::keeping(WarmUp::default()),
            market: Stage::new(market),
            algorithms: Stage::new(algorithms),
            dissents: Stage::new(dissents),
            behavior: Stage::new(behavior),
            panels: PanelBook::default(),
            silent,
            known: known.clone(),
            computed: [0; SEATS],
        })
    }

    /// Shows a batch to all plugins; no panel of it will take in more.
    pub fn feed(&mut self, batch: &Batch<'_>) -> Fed {
        self.feed_and_close(batch, |_| true)
    }

    /// Shows a batch to all plugins, and judges those open panels that `closes` names.
    pub fn feed_and_close(&mut self, batch: &Batch<'_>, closes: impl Fn(&PanelKey) -> bool) -> Fed {
        let columns = Detect::columns(batch.bars);
        let Self { bars, fills, market, algorithms, behavior, .. } = self;
        let (found, (signals, watched)) = rayon::join(
            || market.evaluate(bars, batch.bars, &columns),
            || {
                rayon::join(
                    || algorithms.evaluate(bars, batch.bars, &columns),
                    || behavior.evaluate(fills, batch.fills, &Watch::columns(batch.fills)),
                )
            },
        );
        self.bars.extend(batch.bars);
        self.fills.extend(batch.fills);

        let mut fed = Fed::default();
        self.market.collect(found, &mut fed.findings, |row| (batch.bars[row].at, batch.bars[row].symbol));
        self.behavior.collect(watched, &mut fed.findings, |row| (batch.fills[row].at, batch.fills[row].user));
        let seats: Vec<usize> =
            self.algorithms.plugins().filter_map(|plugin| seat(&plugin.manifest.name)).collect();
        for (&seat, said) in seats.iter().zip(&signals) {
            self.computed[seat] += said.len() as u64;
        }
        self.panels.gather(batch, &seats, &signals);
        let closed = self.panels.close(closes);
        let said = self.dissents.evaluate(&self.judged, &closed.shown, &Dissents::columns(&closed.shown));
        self.judged.pass(closed.shown.len());
        fed.panels = self.panels.judge(
            &closed,
            self.dissents.contracts().map(|one| one.seat),
            &said,
            &mut fed.findings,
        );
        self.dissents
            .collect(said, &mut fed.findings, |row| (closed.said[row].panel.at, closed.said[row].symbol));
        fed.closed = closed.keys;
        fed
    }

    /// Panels that may take in more, by time.
    pub fn pending_panels(&self) -> impl Iterator<Item = PanelKey> {
        self.panels.pending()
    }

    /// Whether a panel can take in nothing more.
    pub fn is_closed(&self, panel: PanelKey) -> bool {
        self.panels.is_closed(panel)
    }

    /// Whether an open panel has a given signal in this one's place.
    pub fn has_heard(&self, signal: &Signal) -> bool {
        self.panels.has_heard(signal)
    }

    /// The history of bars and of fills that determines the state of all plugins.
    pub const fn memory(&self) -> (WarmUp, WarmUp) {
        (self.bars.keeps(), self.fills.keeps())
    }

    /// Whether any plugin is an algorithm.
    pub fn has_algorithms(&self) -> bool {
        self.dissents.plugins().next().is_some()
    }

    /// Rows that plugins could not take since this was last asked.
    pub fn take_skipped(&mut self) -> Vec<(Arc<Plugin>, Skipped)> {
        let mut skipped = self.market.take_skipped();
        skipped.extend(self.algorithms.take_skipped());
        skipped.extend(self.dissents.take_skipped());
        skipped.extend(self.behavior.take_skipped());
        skipped
    }

    /// Names of plugins that were left out: quarantined, or failed.
    pub fn left_out(&self) -> BTreeSet<String> {
        let Self { market, algorithms, dissents, behavior, .. } = self;
        let found = market.left_out().chain(algorithms.left_out());
        found.chain(dissents.left_out()).chain(behavior.left_out()).collect()
    }

    /// Lets the plugin of that name run again, if it was left out.
    pub fn revive(&mut self, name: &str) {
        self.market.revive(name);
        self.algorithms.revive(name);
        self.dissents.revive(name);
        self.behavior.revive(name);
    }

    /// What became of every plugin.
    pub fn outcomes(&self) -> Vec<Outcome> {
        let mut outcomes: Vec<Outcome> = self.market.outcomes().chain(self.behavior.outcomes()).collect();
        let computed: Vec<Outcome> = self.algorithms.outcomes().collect();
        outcomes.extend(self.dissents.outcomes().map(|dissent| {
            let own = computed.iter().find(|one| one.plugin.manifest.name == dissent.plugin.manifest.name);
            let signals = seat(&dissent.plugin.manifest.name).map_or(0, |seat| self.computed[seat]);
            Outcome {
                missing: missing(&dissent.plugin.manifest, &self.known),
                computed_signals: signals,
                ..own.map_or(dissent.clone(), |own| own.clone().joined(&dissent))
            }
        }));
        outcomes.extend(self.silent.iter().map(|silent| Outcome::silent(&silent.plugin, &silent.missing)));
        sort(&mut outcomes);
        outcomes
    }
}

/// What a batch came to.
#[derive(Debug, Default)]
pub struct Fed {
    /// Findings, by plugin.
    pub findings: Vec<Finding>,
    /// Panels with a quorum that were closed, in order.
    pub panels: Vec<JudgedPanel>,
    /// All panels that were closed, by time.
    pub closed: Vec<PanelKey>,
}

/// What became of one plugin.
#[derive(Clone)]
pub struct Outcome {
    /// The plugin.
    pub plugin: Arc<Plugin>,
    /// Columns that it lacked; it was not run if there are any, save for an algorithm's dissents.
    pub missing: Vec<String>,
    /// How it ended.
    pub health: Health,
    /// Calls, replays not counted.
    pub calls: u64,
    /// Rows it was shown.
    pub rows: u64,
    /// Findings; of an algorithm, its dissents.
    pub findings: u64,
    /// Linear memory, bytes.
    pub memory: u64,
    /// Instances that replaced a trapped one.
    pub restarts: u64,
    /// Time inside its calls.
    pub busy: Duration,
    /// Rows it could not take.
    pub skipped: Vec<Skipped>,
    /// Signals that an algorithm made of bars.
    pub computed_signals: u64,
}

impl Outcome {
    /// Whether nothing that the plugin said counts.
    pub const fn has_failed(&self) -> bool {
        matches!(self.health, Health::Failed { .. })
    }

    /// Whether the plugin took every row.
    pub fn is_whole(&self) -> bool {
        self.health == Health::Running && self.skipped.is_empty()
    }

    fn of<C: Contract>(supervisor: &Supervisor<C>) -> Self {
        Self {
            plugin: supervisor.plugin().clone(),
            missing: Vec::new(),
            health: supervisor.health.clone(),
            calls: supervisor.tally.calls,
            rows: supervisor.tally.rows,
            findings: supervisor.tally.answers,
            memory: supervisor.memory(),
            restarts: supervisor.tally.restarts,
            busy: supervisor.tally.busy,
            skipped: supervisor.skipped.clone(),
            computed_signals: 0,
        }
    }

    fn silent(plugin: &Arc<Plugin>, missing: &[String]) -> Self {
        Self {
            plugin: plugin.clone(),
            missing: missing.to_vec(),
            health: Health::Running,
            calls: 0,
            rows: 0,
            findings: 0,
            memory: 0,
            restarts: 0,
            busy: Duration::ZERO,
            skipped: Vec::new(),
            computed_signals: 0,
        }
    }

    /// One plugin, called in two ways.
    fn joined(mut self, other: &Self) -> Self {
        if self.health == Health::Running {
            self.health = other.health.clone();
        }
        self.calls += other.calls;
        self.rows += other.rows;
        self.findings = other.findings;
        self.memory += other.memory;
        self.restarts += other.restarts;
        self.busy += other.busy;
        self.skipped.extend(other.skipped.iter().cloned());
        self
    }
}

/// By family and name.
pub fn sort(outcomes: &mut [Outcome]) {
    outcomes.sort_by(|a, b| {
        let key = |one: &Outcome| (one.plugin.manifest.family, one.plugin.manifest.name.clone());
        key(a).cmp(&key(b))
    });
}

fn start<C: Contract>(
    supervisors: &mut Vec<Supervisor<C>>,
    plugin: &Arc<Plugin>,
    contract: C,
) -> Result<(), LoadError> {
    supervisors.push(Supervisor::start(plugin.clone(), contract)?);
    Ok(())
}

fn missing(manifest: &Manifest, known: &KnownColumns) -> Vec<String> {
    let columns = if manifest.family == Family::Behavior { &known.fills } else { &known.market };
    manifest.reads.iter().filter(|column| !columns.contains(column.as_str())).cloned().collect()
}

//! Keeps one plugin going, whatever its calls do.
//!
//! A trap poisons one instance: a fresh one is warmed by replay and the batch is tried again by halves until
//! the offending row is found. That row alone is skipped and recorded, so results do not depend on batch
//! size. A plugin that skips too many rows is quarantined; one that runs into its deadline or breaks the
//! contract has failed, and what it said before is withdrawn by the pipeline.

use std::{
    collections::{BTreeSet, HashSet, VecDeque},
    ops::Range,
    sync::Arc,
    time::{Duration, Instant},
};

use super::{
    contract::Contract,
    error::{Fault, LoadError},
    history::{History, Row as _},
    instance::Instance,
    plugin::Plugin,
};

/// Rows of one replay call.
const REPLAY_ROWS: usize = 4096;

/// Skips are counted among so many rows.
const SKIP_WINDOW: u64 = 1_000;

/// Skipped rows that a replay leaves out again; those of a plugin that has skipped more trap it once more.
const REMEMBERED_SKIPS: usize = 65_536;

/// How a plugin is doing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Health {
    /// Answers.
    Running,
    /// Skipped too many rows; what it said before stands.
    Quarantined {
        /// Number of the row at which it was.
        row: u64,
        /// The last trap.
        reason: String,
    },
    /// Broke the contract or its deadline; nothing it said can be trusted.
    Failed {
        /// How.
        reason: String,
    },
}

/// A row that a plugin could not take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skipped {
    /// Number of the row in the run.
    pub row: u64,
    /// Id of its symbol or trader.
    pub stream: u32,
    /// Its time, microseconds since 1970 UTC.
    pub at: i64,
    /// How the plugin trapped on it.
    pub reason: String,
}

/// Figures about one plugin's calls.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Rows it was shown.
    pub rows: u64,
    /// Calls, replays not counted.
    pub calls: u64,
    /// What it said.
    pub answers: u64,
    /// Instances that replaced a trapped one.
    pub restarts: u64,
    /// Time inside calls, replays included.
    pub busy: Duration,
}

/// One plugin, its instance and its past.
pub struct Supervisor<C: Contract> {
    plugin: Arc<Plugin>,
    contract: C,
    instance: Option<Instance>,
    skipped_rows: HashSet<u64>,
    recent_skips: VecDeque<u64>,
    /// Rows that were skipped, in order.
    pub skipped: Vec<Skipped>,
    /// How the plugin is doing.
    pub health: Health,
    /// Figures about its calls.
    pub tally: Tally,
}

impl<C: Contract> Supervisor<C> {
    /// Starts a plugin with no history.
    ///
    /// # Errors
    /// If it cannot be instantiated or refuses its settings.
    pub fn start(plugin: Arc<Plugin>, contract: C) -> Result<Self, LoadError> {
        Ok(Self {
            instance: Some(Instance::start(&plugin)?),
            plugin,
            contract,
            skipped_rows: HashSet::new(),
            recent_skips: VecDeque::new(),
            skipped: Vec::new(),
            health: Health::Running,
            tally: Tally::default(),
        })
    }

    /// The plugin.
    pub fn plugin(&self) -> &Arc<Plugin> {
        &self.plugin
    }

    /// Linear memory of its instance, bytes.
    pub fn memory(&self) -> u64 {
        self.instance.as_ref().map_or(0, Instance::memory)
    }

    /// How it is called.
    pub const fn contract(&self) -> &C {
        &self.contract
    }

    /// Lets a plugin that was left out run again: at its next rows with an instance that is warmed by replay.
    pub fn revive(&mut self) {
        if self.health != Health::Running {
            self.health = Health::Running;
            self.instance = None;
            self.recent_skips.clear();
        }
    }

    /// Goes on where another history numbers the same rows.
    pub fn renumber(&mut self, from: &History<C::Row>, to: &History<C::Row>) {
        if self.skipped_rows.is_empty() {
            return;
        }
        let numbers = from.numbers_in(to, &self.skipped_rows);
        let recent: BTreeSet<u64> =
            self.recent_skips.iter().filter_map(|row| numbers.get(row).copied()).collect();
        self.recent_skips = recent.into_iter().collect();
        self.skipped_rows = numbers.into_values().collect();
    }

    /// Shows a batch to the plugin. `history` holds the rows before the batch.
    pub fn evaluate(
        &mut self,
        history: &History<C::Row>,
        rows: &[C::Row],
        columns: &C::Columns,
    ) -> Vec<(usize, C::Answer)> {
        if self.health != Health::Running {
            return Vec::new();
        }
        let began = Instant::now();
        let answers = self.by_halves(history, rows, columns);
        self.tally.rows += rows.len() as u64;
        self.tally.answers += answers.len() as u64;
        self.tally.busy += began.elapsed();
        answers
    }

    fn by_halves(
        &mut self,
        history: &History<C::Row>,
        rows: &[C::Row],
        columns: &C::Columns,
    ) -> Vec<(usize, C::Answer)> {
        let mut answers = Vec::new();
        let (mut done, mut end) = (0, rows.len());
        while done < rows.len() && self.health == Health::Running {
            match self.attempt(history, &rows[..done], columns, &(done..end)) {
                Ok(said) => {
                    answers.extend(said.into_iter().map(|(row, answer)| (done + row, answer)));
                    (done, end) = (end, rows.len());
                }
                Err(Fault::Trap { reason }) if end - done == 1 => {
                    self.skip(history.next() + done as u64, &rows[done], reason);
                    (done, end) = (end, rows.len());
                }
                Err(Fault::Trap { .. }) => end = done + (end - done) / 2,
                Err(fault) => self.health = Health::Failed { reason: fault.to_string() },
            }
        }
        answers
    }

    /// One call; makes and warms an instance if the last one is poisoned.
    fn attempt(
        &mut self,
        history: &History<C::Row>,
        before: &[C::Row],
        columns: &C::Columns,
        rows: &Range<usize>,
    ) -> Result<Vec<(usize, C::Answer)>, Fault> {
        let mut instance = match self.instance.take() {
            Some(instance) => instance,
            None => self.replacement(history, before)?,
        };
        self.tally.calls += 1;
        let said = self.contract.call(&mut instance, &self.plugin, columns, rows)?;
        self.instance = Some(instance);
        Ok(said)
    }

    /// A fresh instance with the state that the rows before gave.
    fn replacement(&mut self, history: &History<C::Row>, before: &[C::Row]) -> Result<Instance, Fault> {
        self.tally.restarts += 1;
        let failed =
            |reason: String| Fault::InvalidOutput { reason: format!("could not be restarted: {reason}") };
        let mut instance = Instance::start(&self.plugin).map_err(|error| failed(error.to_string()))?;
        let batch = (history.next()..).zip(before).map(|(number, &row)| (number, row));
        let past: Vec<C::Row> = history
            .recent(self.plugin.manifest.warm_up)
            .map(|kept| (kept.number, kept.row))
            .chain(batch)
            .filter(|(number, _)| !self.skipped_rows.contains(number))
            .map(|(_, row)| row)
            .collect();
        for rows in past.chunks(REPLAY_ROWS) {
            self.contract
                .call(&mut instance, &self.plugin, &C::columns(rows), &(0..rows.len()))
                .map_err(|fault| failed(format!("replay of its warm-up {fault}")))?;
        }
        Ok(instance)
    }

    fn skip(&mut self, row: u64, what: &C::Row, reason: String) {
        if self.skipped_rows.len() >= REMEMBERED_SKIPS {
            self.skipped_rows.retain(|&before| before + SKIP_WINDOW > row);
        }
        self.skipped_rows.insert(row);
        self.recent_skips.push_back(row);
        while self.recent_skips.front().is_some_and(|&oldest| oldest + SKIP_WINDOW <= row) {
            self.recent_skips.pop_front();
        }
        if self.recent_skips.len() > self.plugin.limits.skips_per_thousand {
            self.health = Health::Quarantined { row, reason: reason.clone() };
        }
        self.skipped.push(Skipped { row, stream: what.stream(), at: what.at(), reason });
    }
}

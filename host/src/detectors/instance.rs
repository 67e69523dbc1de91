//! One running instance of a plugin, and single calls into it.

use std::ops::Range;

use wasmtime::Store;

use crate::domain::{family::Family, finding::Severity, panel::Opinion, rows::Vote};

use super::{
    bindings::{
        algorithm::Algorithm,
        behavior::BehaviorDetector,
        market::{MarketDetector, vyomo::plugin::types},
    },
    columns::{BarColumns, FillColumns, PanelColumns},
    error::{Fault, LoadError},
    manifest::{Manifest, WarmUp},
    plugin::{Plugin, Ready, State},
};

/// What a plugin said about one row of a batch.
#[derive(Clone, Debug, PartialEq)]
pub struct RawFinding {
    /// One of the kinds in the manifest.
    pub kind: String,
    /// Severity.
    pub severity: Severity,
    /// 0 to 1.
    pub score: f64,
    /// What was seen; NaN where that has no number.
    pub observed: f64,
    /// What was usual; NaN where that has no number.
    pub expected: f64,
    /// One line for a person.
    pub message: String,
    /// Named numbers behind it.
    pub evidence: Vec<(String, f64)>,
}

enum Exports {
    Market(MarketDetector),
    Algorithm(Algorithm),
    Behavior(BehaviorDetector),
}

/// A component with a store of its own.
pub struct Instance {
    store: Store<State>,
    exports: Exports,
}

/// Bytes that an answer may take beyond its findings.
const SMALL_TALK: usize = 64 << 10;

impl Instance {
    /// An instance with the plugin's settings.
    ///
    /// # Errors
    /// If it cannot be made, or refuses its settings.
    pub fn start(plugin: &Plugin) -> Result<Self, LoadError> {
        let mut instance = Self::bare(plugin)?;
        instance.configure(plugin)?;
        Ok(instance)
    }

    /// An instance with the plugin's defaults.
    pub(super) fn bare(plugin: &Plugin) -> Result<Self, LoadError> {
        let mut store = plugin.store();
        store.set_epoch_deadline(plugin.deadline_ticks());
        store.set_hostcall_fuel(SMALL_TALK);
        let exports = match &plugin.ready {
            Ready::Market(pre) => pre.instantiate(&mut store).map(Exports::Market),
            Ready::Algorithm(pre) => pre.instantiate(&mut store).map(Exports::Algorithm),
            Ready::Behavior(pre) => pre.instantiate(&mut store).map(Exports::Behavior),
        };
        match exports {
            Ok(exports) => Ok(Self { store, exports }),
            Err(error) => Err(fault(plugin, &error, 0).into()),
        }
    }

    fn configure(&mut self, plugin: &Plugin) -> Result<(), LoadError> {
        self.allow(plugin, 0);
        let settings = plugin.settings.as_str();
        let Self { store, exports } = self;
        let answer = match exports {
            Exports::Market(world) => world.vyomo_plugin_market_detection().call_configure(store, settings),
            Exports::Algorithm(world) => {
                world.vyomo_plugin_algorithm_signals().call_configure(store, settings)
            }
            Exports::Behavior(world) => {
                world.vyomo_plugin_behavior_detection().call_configure(store, settings)
            }
        };
        answer
            .map_err(|error| fault(plugin, &error, 0))?
            .map_err(|reason| LoadError::Settings { reason: reason.escape_debug().to_string() })
    }

    /// Asks the plugin about itself.
    pub(super) fn describe(&mut self, plugin: &Plugin) -> Result<Manifest, Fault> {
        self.allow(plugin, 0);
        let Self { store, exports } = self;
        match exports {
            Exports::Market(world) => world.vyomo_plugin_market_detection().call_describe(store),
            Exports::Algorithm(world) => world.vyomo_plugin_algorithm_signals().call_describe(store),
            Exports::Behavior(world) => world.vyomo_plugin_behavior_detection().call_describe(store),
        }
        .map(manifest)
        .map_err(|error| fault(plugin, &error, 0))
    }

    /// Findings of a market detector in some rows of a batch.
    ///
    /// # Errors
    /// If the call fails or its answer breaks the contract.
    pub fn evaluate_bars(
        &mut self,
        plugin: &Plugin,
        columns: &BarColumns,
        rows: &Range<usize>,
    ) -> Result<Vec<(usize, RawFinding)>, Fault> {
        self.allow(plugin, rows.len());
        let Exports::Market(world) = &self.exports else { return Err(wrong_family(plugin)) };
        world
            .vyomo_plugin_market_detection()
            .call_evaluate(&mut self.store, columns.select(&plugin.manifest, rows))
            .map_err(|error| fault(plugin, &error, rows.len()))
            .and_then(|found| checked(plugin, found, rows.len()))
    }

    /// Findings of a behavior detector in some rows of a batch.
    ///
    /// # Errors
    /// If the call fails or its answer breaks the contract.
    pub fn evaluate_fills(
        &mut self,
        plugin: &Plugin,
        columns: &FillColumns,
        rows: &Range<usize>,
    ) -> Result<Vec<(usize, RawFinding)>, Fault> {
        self.allow(plugin, rows.len());
        let Exports::Behavior(world) = &self.exports else { return Err(wrong_family(plugin)) };
        world
            .vyomo_plugin_behavior_detection()
            .call_evaluate(&mut self.store, columns.select(&plugin.manifest, rows))
            .map_err(|error| fault(plugin, &error, rows.len()))
            .and_then(|found| checked(plugin, found, rows.len()))
    }

    /// An algorithm's own signals at some rows of a batch; rows without an opinion are left out.
    ///
    /// # Errors
    /// If the call fails or its answer breaks the contract.
    pub fn signals(
        &mut self,
        plugin: &Plugin,
        columns: &BarColumns,
        rows: &Range<usize>,
    ) -> Result<Vec<(usize, Opinion)>, Fault> {
        self.allow(plugin, rows.len());
        let Exports::Algorithm(world) = &self.exports else { return Err(wrong_family(plugin)) };
        let said = world
            .vyomo_plugin_algorithm_signals()
            .call_evaluate(&mut self.store, columns.select(&plugin.manifest, rows))
            .map_err(|error| fault(plugin, &error, rows.len()))?;
        if said.vote.len() != rows.len() || said.confidence.len() != rows.len() {
            return Err(invalid(format!(
                "{} votes and {} confidences for {} rows",
                said.vote.len(),
                said.confidence.len(),
                rows.len()
            )));
        }
        let mut opinions = Vec::with_capacity(rows.len());
        for (row, (code, confidence)) in said.vote.into_iter().zip(said.confidence).enumerate() {
            let vote = match code {
                0 => continue,
                1 => Vote::Sell,
                2 => Vote::Hold,
                3 => Vote::Buy,
                _ => return Err(invalid(format!("vote {code} is none of 0 to 3"))),
            };
            if !(0.0..=1.0).contains(&confidence) {
                return Err(invalid(format!("confidence {confidence} is not between 0 and 1")));
            }
            opinions.push((row, Opinion { vote, confidence }));
        }
        Ok(opinions)
    }

    /// Panels of a batch in which the algorithm on `seat` is in conflict.
    ///
    /// # Errors
    /// If the call fails or its answer breaks the contract.
    pub fn dissent(
        &mut self,
        plugin: &Plugin,
        seat: usize,
        columns: &PanelColumns,
        rows: &Range<usize>,
    ) -> Result<Vec<(usize, RawFinding)>, Fault> {
        self.allow(plugin, rows.len());
        let Exports::Algorithm(world) = &self.exports else { return Err(wrong_family(plugin)) };
        world
            .vyomo_plugin_algorithm_signals()
            .call_dissent(&mut self.store, columns.select(seat, rows))
            .map_err(|error| fault(plugin, &error, rows.len()))
            .and_then(|found| checked(plugin, found, rows.len()))
    }

    /// Its linear memory, bytes.
    pub fn memory(&self) -> u64 {
        self.store.data().bounds.memory as u64
    }

    /// Drops the state of streams that are no longer fed.
    ///
    /// # Errors
    /// If the call fails.
    pub fn forget(&mut self, plugin: &Plugin, streams: &[u32]) -> Result<(), Fault> {
        self.allow(plugin, 0);
        let Self { store, exports } = self;
        match exports {
            Exports::Market(world) => world.vyomo_plugin_market_detection().call_forget(store, streams),
            Exports::Algorithm(world) => world.vyomo_plugin_algorithm_signals().call_forget(store, streams),
            Exports::Behavior(world) => world.vyomo_plugin_behavior_detection().call_forget(store, streams),
        }
        .map_err(|error| fault(plugin, &error, 0))
    }

    /// Time and answer space for one call.
    fn allow(&mut self, plugin: &Plugin, rows: usize) {
        self.store.set_epoch_deadline(plugin.deadline_ticks());
        self.store.set_hostcall_fuel(answer_space(plugin, rows));
    }
}

/// Bytes that an honest answer about so many rows stays under.
fn answer_space(plugin: &Plugin, rows: usize) -> usize {
    let kinds = plugin.manifest.emits.len().max(1);
    let findings = rows.saturating_mul(kinds).saturating_mul(plugin.limits.finding_bytes);
    SMALL_TALK + findings.min(plugin.limits.answer_bytes)
}

fn fault(plugin: &Plugin, error: &wasmtime::Error, rows: usize) -> Fault {
    Fault::of(error, plugin.deadline(), answer_space(plugin, rows), rows)
}

fn wrong_family(plugin: &Plugin) -> Fault {
    invalid(format!("{} has no such export", plugin.manifest.name))
}

fn invalid(reason: String) -> Fault {
    Fault::InvalidOutput { reason }
}

fn manifest(from: types::Manifest) -> Manifest {
    Manifest {
        name: from.name,
        version: from.version,
        family: match from.family {
            types::Family::Market => Family::Market,
            types::Family::Conflict => Family::Conflict,
            types::Family::Behavior => Family::Behavior,
        },
        reads: from.reads,
        also_reads: from.also_reads,
        emits: from.emits,
        warm_up: WarmUp { rows: from.warm_up.rows, sessions: from.warm_up.sessions },
        settings_schema: from.settings_schema,
    }
}

/// Findings that keep the contract.
fn checked(
    plugin: &Plugin,
    found: Vec<types::Finding>,
    rows: usize,
) -> Result<Vec<(usize, RawFinding)>, Fault> {
    let mut checked: Vec<(usize, RawFinding)> = Vec::with_capacity(found.len());
    for finding in found {
        let (row, finding) = check(plugin, finding, rows)?;
        let again = checked
            .iter()
            .rev()
            .take_while(|(before, _)| *before == row)
            .any(|(_, said)| said.kind == finding.kind);
        if checked.last().is_some_and(|(before, _)| *before > row) || again {
            return Err(invalid(format!("findings of row {row} are out of order or repeat a kind")));
        }
        checked.push((row, finding));
    }
    Ok(checked)
}

fn check(plugin: &Plugin, finding: types::Finding, rows: usize) -> Result<(usize, RawFinding), Fault> {
    let limits = &plugin.limits;
    let row = finding.row as usize;
    if row >= rows {
        return Err(invalid(format!("a finding for row {row} of a batch of {rows}")));
    }
    if !plugin.manifest.emits.contains(&finding.kind) {
        let kind: String = finding.kind.chars().take(64).collect();
        return Err(invalid(format!("kind {kind:?} is none of {}", plugin.manifest.emits.join(", "))));
    }
    if !(0.0..=1.0).contains(&finding.score) {
        return Err(invalid(format!("score {} is not between 0 and 1", finding.score)));
    }
    let texts = finding.evidence.iter().map(|said| &said.name).chain([&finding.message]);
    if texts.into_iter().any(|text| text.chars().any(char::is_control)) {
        return Err(invalid(format!(
            "a message or evidence name of row {row} is not one line of plain text"
        )));
    }
    if finding.message.len() > limits.text_bytes {
        return Err(invalid(format!(
            "a message of {} bytes, over {}",
            finding.message.len(),
            limits.text_bytes
        )));
    }
    if finding.evidence.len() > limits.evidence || finding.evidence.iter().any(|said| said.name.len() > 64) {
        return Err(invalid(format!("over {} evidence numbers, or a name over 64 bytes", limits.evidence)));
    }
    let finding = RawFinding {
        kind: finding.kind,
        severity: match finding.severity {
            types::Severity::Low => Severity::Low,
            types::Severity::Medium => Severity::Medium,
            types::Severity::High => Severity::High,
            types::Severity::Critical => Severity::Critical,
        },
        score: finding.score,
        observed: finding.observed,
        expected: finding.expected,
        message: finding.message,
        evidence: finding.evidence.into_iter().map(|said| (said.name, said.value)).collect(),
    };
    Ok((row, finding))
}

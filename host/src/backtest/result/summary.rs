//! Totals of a run.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{AnomalyRecord, Component, component::ComponentFamily};
use crate::domain::{family::Family, finding::Severity};

/// Totals of a run.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Summary {
    /// Time of the first row, RFC 3339; null without rows.
    pub from: Option<String>,
    /// Time of the last row, RFC 3339; null without rows.
    pub to: Option<String>,
    /// Market bars.
    pub bars: u64,
    /// Signals of algorithms, as given.
    pub signals: u64,
    /// Panels of signals that had a quorum.
    pub panels: u64,
    /// Fills of traders.
    pub fills: u64,
    /// Symbols, also those that are only traded.
    pub symbols: u64,
    /// Traders.
    pub traders: u64,
    /// Findings.
    pub findings: u64,
    /// Anomalies.
    pub anomalies: u64,
    /// Decisions.
    pub decisions: u64,
    /// Actions.
    pub actions: u64,
    /// Anomalies of each kind that some component of the run can emit, in order of family and component.
    pub kinds: Vec<KindCount>,
    /// Conflicts by how evenly the panels were split.
    pub conflicts: ConflictSummary,
    /// Input rows that were left out.
    pub rejects: Rejects,
    /// Quotes with a bid above their ask; both were taken as not known.
    pub crossed_quotes: u64,
}

/// Anomalies of one kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct KindCount {
    /// Family.
    pub family: Family,
    /// Kind.
    pub kind: String,
    /// Anomalies.
    pub anomalies: u64,
    /// By severity: LOW, MEDIUM, HIGH, CRITICAL.
    pub by_severity: [u64; 4],
}

impl KindCount {
    /// Counts the anomalies of every kind that a component emits, also of those without any.
    pub fn tally(components: &[Component], anomalies: &[AnomalyRecord]) -> Vec<Self> {
        let mut kinds: Vec<Self> = Vec::new();
        let emitted = components.iter().flat_map(|it| {
            let family = if let ComponentFamily::Detector(family) = it.family { Some(family) } else { None };
            family.into_iter().flat_map(|family| it.kinds.iter().map(move |kind| (family, kind)))
        });
        let seen = anomalies.iter().map(|it| (it.family, &it.kind));
        for (family, kind) in emitted.chain(seen) {
            if !kinds.iter().any(|known| known.family == family && known.kind == *kind) {
                kinds.push(Self { family, kind: kind.clone(), anomalies: 0, by_severity: [0; 4] });
            }
        }
        kinds.sort_by_key(|it| it.family);
        for anomaly in anomalies {
            let of_kind = |it: &&mut Self| it.family == anomaly.family && it.kind == anomaly.kind;
            if let Some(count) = kinds.iter_mut().find(of_kind) {
                count.anomalies += 1;
                count.by_severity[anomaly.severity as usize] += 1;
            }
        }
        kinds
    }
}

/// Conflicts by how evenly the panels were split.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ConflictSummary {
    /// Severity CRITICAL.
    pub critical: u64,
    /// Severity MEDIUM.
    pub warning: u64,
    /// Severity LOW.
    pub minor: u64,
    /// Mean disagreement over conflicts, percent; null without any.
    pub average_disagreement: Option<f64>,
    /// Mean consensus over conflicts, percent; null without any.
    pub average_consensus: Option<f64>,
}

impl ConflictSummary {
    /// Counts the conflicts among anomalies; what a conflict observed is its disagreement in percent.
    pub fn of(anomalies: &[AnomalyRecord]) -> Self {
        let conflicts = || anomalies.iter().filter(|it| it.family == Family::Conflict);
        let count = |severity| conflicts().filter(|it| it.severity == severity).count() as u64;
        let disagreements: Vec<f64> = conflicts().filter_map(|it| it.observed).collect();
        let mean = disagreements.iter().sum::<f64>() / disagreements.len() as f64;
        let average = (!disagreements.is_empty()).then_some(mean);
        Self {
            critical: count(Severity::Critical) + count(Severity::High),
            warning: count(Severity::Medium),
            minor: count(Severity::Low),
            average_disagreement: average,
            average_consensus: average.map(|disagreement| 100.0 - disagreement),
        }
    }
}

/// Input rows that were left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Rejects {
    /// How many.
    pub rows: u64,
    /// Where they are listed; null if there are none.
    pub file: Option<String>,
}

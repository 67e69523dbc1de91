//! What a backtest comes to: everything that `--out result.json` holds and the reports show.
//!
//! Two runs on equal input are equal but for [`Performance::timings`]. Times are RFC 3339 in UTC; a number that
//! is not known is null.

mod action;
mod anomaly;
mod component;
mod decision;
mod provenance;
mod summary;

pub use action::{ActionCount, ActionRecord};
pub use anomaly::AnomalyRecord;
pub use component::{Component, ComponentFamily, SkippedRow, Status};
pub use decision::{DecisionQuality, DecisionRecord, DecisionSummary, Share};
pub use provenance::{ComponentBytes, Generated, Provenance, Versions};
pub use summary::{ConflictSummary, KindCount, Rejects, Summary};

use schemars::{JsonSchema, Schema, generate::SchemaSettings};
use serde::{Deserialize, Serialize};

use super::baseline::Baseline;
use crate::scoring::Accuracy;

/// The result of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct BacktestResult {
    /// Totals.
    pub summary: Summary,
    /// One entry for each component, market first, then conflict, behavior and agent, by name.
    pub components: Vec<Component>,
    /// Anomalies by (time of the first finding, family, subject, detector, kind).
    pub anomalies: Vec<AnomalyRecord>,
    /// One for each anomaly, in their order; empty where there were no policies.
    pub decisions: Vec<DecisionRecord>,
    /// What was done, in order of time.
    pub actions: Vec<ActionRecord>,
    /// Decisions in numbers; null where there were no policies.
    pub decided: Option<DecisionSummary>,
    /// Actions in numbers, by type.
    pub acted: Vec<ActionCount>,
    /// Against labels; null without labels, for then no accuracy can be claimed.
    pub accuracy: Option<Accuracy>,
    /// The best that one threshold on rolling z-scores could do on the same labels.
    pub baseline: Option<Baseline>,
    /// Volume and speed of the run.
    pub performance: Performance,
    /// What went in.
    pub provenance: Provenance,
    /// What a person should know, one sentence each.
    pub notes: Vec<String>,
}

/// Volume and speed of a run.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Performance {
    /// Rows shown to components: bars, signals and fills.
    pub rows: u64,
    /// Rows times the components that saw them.
    pub evaluations: u64,
    /// Everything that depends on the machine and its load.
    pub timings: Timings,
}

/// Measured times.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Timings {
    /// Loading components, seconds.
    pub load_seconds: f64,
    /// From the first row to the last anomaly, seconds.
    pub run_seconds: f64,
    /// Rows a second of the run.
    pub rows_per_second: f64,
    /// Evaluations a second of the run.
    pub evaluations_per_second: f64,
    /// Milliseconds for one batch through all components.
    pub batch_milliseconds: Percentiles,
    /// Milliseconds for one decision; null while there are none.
    pub decision_milliseconds: Option<Percentiles>,
    /// Milliseconds for one action; null while there are none.
    pub action_milliseconds: Option<Percentiles>,
}

/// A distribution in four numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Percentiles {
    /// Half are not above.
    pub p50: f64,
    /// 95 % are not above.
    pub p95: f64,
    /// 99 % are not above.
    pub p99: f64,
    /// The sum over the number of samples.
    pub mean: f64,
}

impl Percentiles {
    /// By nearest rank; zeros without samples.
    pub fn of(mut samples: Vec<f64>) -> Self {
        samples.sort_by(f64::total_cmp);
        let rank = |share: f64| {
            let position = (share * samples.len() as f64).ceil() as usize;
            samples.get(position.max(1) - 1).copied().unwrap_or(0.0)
        };
        let mean = samples.iter().sum::<f64>() / samples.len().max(1) as f64;
        Self { p50: rank(0.5), p95: rank(0.95), p99: rank(0.99), mean }
    }
}

/// The JSON Schema of [`BacktestResult`], draft 2020-12. It is committed as `docs/result.schema.json`; the test that
/// compares the two writes it anew when `UPDATE_SCHEMAS` is set.
pub fn schema() -> Schema {
    SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<BacktestResult>()
}

#[cfg(test)]
mod tests;

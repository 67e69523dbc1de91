//! An anomaly and all that is known about it, as policies and the agent see it. The field names are the words that a
//! policy may use, and their docs become `policies/README.md`.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    anonymous::hide,
    family::Family,
    finding::Severity,
    vocabulary::{ActionType, SubjectType},
};

/// What is to be decided, and from what.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// The anomaly.
    pub anomaly: CaseAnomaly,
    /// What else is known at that moment.
    #[serde(default)]
    pub context: Context,
}

/// What stands in the place of a trader's name.
pub const TRADER: &str = "the trader";

impl Case {
    /// The same without the trader's name: what may leave the host or go into the ledger.
    #[must_use]
    pub fn without_names(&self) -> Self {
        let mut case = self.clone();
        if case.anomaly.family == Family::Behavior {
            let name = std::mem::replace(&mut case.anomaly.subject, TRADER.to_owned());
            case.anomaly.message = hide(&case.anomaly.message, &name, TRADER).into_owned();
            for control in &mut case.context.controls {
                control.subject = hide(&control.subject, &name, TRADER).into_owned();
            }
        }
        case
    }
}

/// The anomaly to decide about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CaseAnomaly {
    /// Family of the detector: `market`, `conflict` or `behavior`.
    pub family: Family,
    /// What it is, as in `PRICE_SPIKE`.
    pub kind: String,
    /// Name of the detector, as in `price-movement`.
    pub detector: String,
    /// Symbol; for behavior, the trader.
    pub subject: String,
    /// Highest severity among its findings: `LOW`, `MEDIUM`, `HIGH` or `CRITICAL`.
    pub severity: Severity,
    /// Probability that it is a true anomaly, 0 to 1.
    pub score: f64,
    /// What was seen; `()` where that has no number.
    #[serde(default)]
    pub observed: Option<f64>,
    /// What was usual; `()` where that has no number.
    #[serde(default)]
    pub expected: Option<f64>,
    /// One line of the detector for a person.
    #[serde(default)]
    pub message: String,
    /// Named numbers behind it, as in `evidence.bar_volume`; which ones depends on the detector.
    #[serde(default)]
    pub evidence: BTreeMap<String, f64>,
    /// How many findings it took in so far.
    #[serde(default = "one")]
    pub findings: u32,
    /// Time of the first finding, microseconds since 1970 UTC.
    #[serde(default)]
    pub opened_at: i64,
    /// Algorithms that dissent; empty but for conflicts.
    #[serde(default)]
    pub dissenting: Vec<String>,
}

/// What else is known when the decision is made.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Context {
    /// Minute of the day, 0 to 1439, in the operator's time zone.
    pub minute_of_day: u32,
    /// Day of the week, 1 (Monday) to 7.
    pub weekday: u32,
    /// What persons said about this detector's recent anomalies.
    pub record: Record,
    /// Other anomalies of this symbol or trader in the day before.
    pub recent: Recent,
    /// What is in force for this symbol, algorithm or trader: of each type the one that lasts longest.
    pub controls: Vec<CaseControl>,
    /// The newest conflict of algorithms about this symbol of which there was a finding in the last 15 minutes; `()` if
    /// there is none.
    pub conflict: Option<OpenConflict>,
}

/// What persons said about a detector's recent anomalies.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Record {
    /// How many a person judged, by a mark or an override.
    pub judged: u32,
    /// How many of these were real.
    pub real: u32,
    /// Share of real ones, 0 to 1; `()` where none was judged.
    pub precision: Option<f64>,
}

/// Other anomalies of one symbol or trader, of which the newest 1,000 count.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Recent {
    /// In the last hour.
    pub hour: u32,
    /// In the last 24 hours.
    pub day: u32,
    /// Of the same kind, in the last hour.
    pub same_kind_hour: u32,
    /// Of the same kind, in the last 24 hours.
    pub same_kind_day: u32,
    /// Of other kinds, opened in the five minutes before: what happens at once supports each other.
    pub other_kinds_now: u32,
    /// Highest severity of the last 24 hours; `()` without any.
    pub highest: Option<Severity>,
}

/// A control in force.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CaseControl {
    /// The action that set it, as in `HALT_SYMBOL`.
    pub action: ActionType,
    /// What kind of thing it restricts, as in `SYMBOL`.
    pub subject_type: SubjectType,
    /// Name of that thing.
    pub subject: String,
    /// Minutes that it stays in force; `()` if it does not end by itself.
    #[serde(default)]
    pub minutes_left: Option<f64>,
}

/// A conflict of algorithms that is not over.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OpenConflict {
    /// Severity.
    pub severity: Severity,
    /// Percent of the conviction that is not with the largest camp.
    pub disagreement: f64,
    /// Minutes since it opened.
    pub minutes: f64,
}

const fn one() -> u32 {
    1
}

//! Findings: what a detector said about a row.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::family::Family;

/// How serious a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum Severity {
    /// Worth recording; MINOR for conflicts.
    Low,
    /// Worth a look; WARNING for conflicts.
    Medium,
    /// Needs a look.
    High,
    /// Needs action.
    Critical,
}

impl Severity {
    /// As in files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Low => "LOW",
            Self::Medium => "MEDIUM",
            Self::High => "HIGH",
            Self::Critical => "CRITICAL",
        }
    }
}

/// Something that stood out in one row of one subject.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// The row's time, microseconds since 1970 UTC: open time for bars, known time for panels, fill time.
    pub at: i64,
    /// Family of the detector.
    pub family: Family,
    /// Id of the symbol (market, conflict) or trader (behavior) in the names of the run.
    pub subject: u32,
    /// Name of the detector.
    pub detector: std::sync::Arc<str>,
    /// Kind, as declared by the detector.
    pub kind: std::sync::Arc<str>,
    /// Severity.
    pub severity: Severity,
    /// Calibrated probability, 0 to 1.
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

//! Anomalies (alerts): findings of one detector, subject and kind that belong together.

use std::sync::Arc;

use super::{family::Family, finding::Severity};

/// The unit that is shown, decided, acted on and scored.
#[derive(Clone, Debug, PartialEq)]
pub struct Anomaly {
    /// Family of the detector.
    pub family: Family,
    /// Id of the symbol or trader in the names of the run.
    pub subject: u32,
    /// Name of the detector.
    pub detector: Arc<str>,
    /// Kind of its findings.
    pub kind: Arc<str>,
    /// Time of the first finding, microseconds since 1970 UTC.
    pub opened_at: i64,
    /// Times of all its findings, in order.
    pub finding_times: Vec<i64>,
    /// Highest severity among its findings.
    pub severity: Severity,
    /// Highest score among its findings.
    pub score: f64,
    /// Observed value, expected value and message of the finding with the highest score (the first of equals).
    pub observed: f64,
    /// See `observed`.
    pub expected: f64,
    /// See `observed`.
    pub message: String,
}

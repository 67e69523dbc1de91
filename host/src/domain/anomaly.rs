//! Anomalies (alerts): findings of one detector, subject and kind that belong together.

use std::sync::Arc;

use super::{
    family::Family,
    finding::{Finding, Severity},
    panel::Dispute,
};

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
    /// See `observed`: named numbers behind it.
    pub evidence: Vec<(String, f64)>,
    /// Who was against whom when it opened, where algorithms are in conflict.
    pub dispute: Option<Arc<Dispute>>,
}

impl Anomaly {
    /// An anomaly that begins with `finding`.
    pub fn open(finding: &Finding) -> Self {
        Self {
            family: finding.family,
            subject: finding.subject,
            detector: Arc::clone(&finding.detector),
            kind: Arc::clone(&finding.kind),
            opened_at: finding.at,
            finding_times: vec![finding.at],
            severity: finding.severity,
            score: finding.score,
            observed: finding.observed,
            expected: finding.expected,
            message: finding.message.clone(),
            evidence: finding.evidence.clone(),
            dispute: finding.dispute.clone(),
        }
    }

    /// Takes in a later finding.
    pub fn join(&mut self, finding: &Finding) {
        self.finding_times.push(finding.at);
        self.severity = self.severity.max(finding.severity);
        if finding.score > self.score {
            self.score = finding.score;
            self.observed = finding.observed;
            self.expected = finding.expected;
            self.message.clone_from(&finding.message);
            self.evidence.clone_from(&finding.evidence);
        }
    }

    /// Time of the last finding, microseconds since 1970 UTC.
    pub fn last_at(&self) -> i64 {
        self.finding_times.last().copied().unwrap_or(self.opened_at)
    }
}

//! Anomalies as people and programs read them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    domain::{anomaly::Anomaly, family::Family, finding::Severity, time},
    scoring::Truth,
};

/// One anomaly.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AnomalyRecord {
    /// Time of the first finding.
    #[serde(with = "rfc3339")]
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub opened_at: i64,
    /// Time of the last finding.
    #[serde(with = "rfc3339")]
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub last_at: i64,
    /// Family.
    pub family: Family,
    /// Symbol or trader.
    pub subject: String,
    /// Component that found it; `conflict-panel` for conflicts.
    pub detector: String,
    /// Kind.
    pub kind: String,
    /// Highest severity of its findings.
    pub severity: Severity,
    /// Highest score of its findings: the probability that it is real.
    pub score: f64,
    /// What was seen; null where that has no number.
    pub observed: Option<f64>,
    /// What was usual; null where that has no number.
    pub expected: Option<f64>,
    /// One line for a person.
    pub message: String,
    /// Findings in it.
    pub findings: u64,
    /// Against labels; null without labels.
    pub truth: Option<Truth>,
}

impl AnomalyRecord {
    /// The anomaly under its subject's name.
    pub fn new(anomaly: &Anomaly, subject: &str, truth: Option<Truth>) -> Self {
        let number = |value: f64| value.is_finite().then_some(value);
        Self {
            opened_at: anomaly.opened_at,
            last_at: anomaly.finding_times.last().copied().unwrap_or(anomaly.opened_at),
            family: anomaly.family,
            subject: subject.to_owned(),
            detector: anomaly.detector.to_string(),
            kind: anomaly.kind.to_string(),
            severity: anomaly.severity,
            score: anomaly.score,
            observed: number(anomaly.observed),
            expected: number(anomaly.expected),
            message: anomaly.message.clone(),
            findings: anomaly.finding_times.len() as u64,
            truth,
        }
    }
}

/// Microseconds as RFC 3339 text.
mod rfc3339 {
    use super::time;
    use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde calls")]
    pub(super) fn serialize<S: Serializer>(at: &i64, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&time::to_rfc3339(*at))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i64, D::Error> {
        let text = String::deserialize(deserializer)?;
        let time: jiff::Timestamp = text.parse().map_err(D::Error::custom)?;
        Ok(time.as_microsecond())
    }
}

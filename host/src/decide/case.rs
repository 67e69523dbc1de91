//! An anomaly on record as a case.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use serde_json::Value;

use super::facts::Facts;
use crate::{
    domain::{
        case::{Case, CaseAnomaly},
        time::Timestamp,
    },
    store::anomalies::AnyAnomaly,
};

/// The case of an anomaly at a moment, by the clock of `zone`.
pub fn case(anomaly: &AnyAnomaly, facts: &Facts, now: Timestamp, zone: &TimeZone) -> Case {
    let context = facts.context(anomaly.last_at(), now, zone);
    Case { anomaly: self::anomaly(anomaly), context }
}

/// An anomaly as policies and actions see it.
pub fn anomaly(anomaly: &AnyAnomaly) -> CaseAnomaly {
    CaseAnomaly {
        family: anomaly.family(),
        kind: anomaly.kind().to_owned(),
        detector: anomaly.detector().to_owned(),
        subject: anomaly.subject().to_owned(),
        severity: anomaly.severity(),
        score: anomaly.score(),
        observed: anomaly.observed(),
        expected: anomaly.expected(),
        message: anomaly.message().to_owned(),
        evidence: numbers(anomaly.evidence()),
        findings: anomaly.findings().unsigned_abs(),
        opened_at: anomaly.opened_at().0,
        dissenting: anomaly.dissenting().to_vec(),
    }
}

fn numbers(evidence: &Value) -> BTreeMap<String, f64> {
    let named = evidence.as_object().into_iter().flatten();
    named.filter_map(|(name, number)| Some((name.clone(), number.as_f64()?))).collect()
}

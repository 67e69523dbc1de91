//! An anomaly as it goes on record.

use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::{
    conflict::Consensus,
    domain::{
        anomaly::Anomaly,
        family::{ALGORITHMS, Family},
        panel::{Dispute, Panel},
        time::Timestamp,
        vocabulary::AnomalyType,
    },
    ledger::hash::Hash,
    store::anomalies::{AnyAnomaly, BehaviorAnomaly, Conflict, MarketAnomaly},
};

/// What an anomaly's record has beside what its findings say.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'a> {
    /// Version 7.
    pub id: Uuid,
    /// Name of the symbol or trader.
    pub subject: &'a str,
    /// Name of the user for whom algorithms in conflict worked, if for somebody.
    pub user: Option<&'a str>,
    /// Component that found it.
    pub plugin_hash: Option<Hash>,
    /// Version of that component.
    pub plugin_version: Option<&'a str>,
    /// When it is recorded.
    pub recorded_at: Timestamp,
}

/// The record of an anomaly.
pub fn record(anomaly: &Anomaly, entry: &Entry<'_>) -> AnyAnomaly {
    macro_rules! record {
        ($record:ident { $($field:ident: $value:expr),* $(,)? }) => {
            $record {
                id: entry.id,
                anomaly_type: AnomalyType::of_kind(&anomaly.kind),
                kind: anomaly.kind.to_string(),
                detector: anomaly.detector.to_string(),
                plugin_hash: entry.plugin_hash,
                plugin_version: entry.plugin_version.map(str::to_owned),
                severity: anomaly.severity,
                score: anomaly.score,
                observed: finite(anomaly.observed),
                expected: finite(anomaly.expected),
                message: anomaly.message.clone(),
                evidence: evidence(&anomaly.evidence),
                findings: i32::try_from(anomaly.finding_times.len()).unwrap_or(i32::MAX),
                opened_at: Timestamp(anomaly.opened_at),
                last_at: Timestamp(anomaly.last_at()),
                recorded_at: entry.recorded_at,
                is_real: None,
                marked_by: None,
                marked_at: None,
                $($field: $value),*
            }
        };
    }
    let subject = entry.subject.to_owned();
    match anomaly.family {
        Family::Market => AnyAnomaly::Market(record!(MarketAnomaly { symbol: subject })),
        Family::Behavior => AnyAnomaly::Behavior(record!(BehaviorAnomaly { user_id: subject })),
        Family::Conflict => {
            let dispute = anomaly.dispute.as_deref();
            let consensus = dispute.and_then(|dispute| Consensus::of(&dispute.panel));
            let disagreement = consensus.map_or(0.0, |consensus| consensus.disagreement());
            AnyAnomaly::Conflict(record!(Conflict {
                symbol: subject,
                user_id: entry.user.map(str::to_owned),
                disagreement: disagreement,
                consensus: 100.0 - disagreement,
                majority: dispute.map(|dispute| dispute.leader),
                signals: dispute.map_or_else(|| json!({}), |dispute| signals(&dispute.panel)),
                dissenting: dispute.map(dissenting).unwrap_or_default(),
            }))
        }
    }
}

/// The number, unless it is none.
pub(crate) fn finite(number: f64) -> Option<f64> {
    number.is_finite().then_some(number)
}

/// Named numbers as an object, without those that are none.
pub(crate) fn evidence(numbers: &[(String, f64)]) -> Value {
    let finite = numbers.iter().filter(|(_, number)| number.is_finite());
    Value::Object(finite.map(|(name, number)| (name.clone(), json!(number))).collect())
}

fn signals(panel: &Panel) -> Value {
    let said = ALGORITHMS.iter().zip(&panel.seats).filter_map(|(algorithm, opinion)| {
        let opinion = opinion.as_ref()?;
        Some(((*algorithm).to_owned(), json!({ "vote": opinion.vote, "confidence": opinion.confidence })))
    });
    Value::Object(said.collect::<Map<_, _>>())
}

fn dissenting(dispute: &Dispute) -> Vec<String> {
    dispute.dissenting.iter().filter_map(|&seat| ALGORITHMS.get(seat)).map(ToString::to_string).collect()
}

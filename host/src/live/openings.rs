//! Findings of a batch become anomalies, new ones and those on record.

use std::collections::HashMap;

use uuid::Uuid;

use super::subjects::Subjects;
use crate::{
    anomalies::{Before, Openings, Place},
    decide::{
        desk::Arrivals,
        record::{Entry, evidence, finite, record},
    },
    domain::{
        anomaly::Anomaly, family::Family, finding::Finding, ids::version_7, random::Random, time::Timestamp,
    },
    ledger::hash::Hash,
    store::anomalies::{AnomalyRef, Later},
};

/// Which anomalies are open.
pub(super) struct OpenAnomalies {
    openings: Openings<AnomalyRef>,
    random: Random,
}

/// Components by the names of their detectors.
pub(super) type Components = HashMap<String, (Option<Hash>, String)>;

impl OpenAnomalies {
    pub(super) fn new(random: Random) -> Self {
        Self { openings: Openings::new(Vec::new()), random }
    }

    /// Goes on with an anomaly from before.
    pub(super) fn resume(&mut self, before: Before<AnomalyRef>) {
        self.openings.resume(before);
    }

    /// Takes in the findings of a batch.
    pub(super) fn take(
        &mut self,
        findings: &[Finding],
        subjects: &Subjects,
        components: &Components,
        now: Timestamp,
    ) -> Arrivals {
        for finding in findings {
            if let Some(symbol) = subjects.watched.get(&finding.subject)
                && finding.family != Family::Behavior
            {
                self.openings.set_interval(finding.subject, symbol.interval());
            }
        }
        let mut opened: Vec<(Uuid, Anomaly)> = Vec::new();
        let mut places: HashMap<Uuid, usize> = HashMap::new();
        let mut later: HashMap<Uuid, Later> = HashMap::new();
        for finding in findings {
            let Self { openings, random } = self;
            match openings.take(finding, || reference(finding.family, version_7(now.0, random))) {
                Place::Opens(anomaly) => {
                    places.insert(anomaly.id(), opened.len());
                    opened.push((anomaly.id(), Anomaly::open(finding)));
                }
                Place::Joins(anomaly) => match places.get(&anomaly.id()) {
                    Some(&place) => opened[place].1.join(finding),
                    None => join(&mut later, anomaly, finding),
                },
                Place::Nowhere => {}
            }
        }
        let opened = opened.iter().map(|(id, anomaly)| {
            let component = components.get(&*anomaly.detector);
            let user = anomaly.dispute.as_ref().and_then(|dispute| dispute.user);
            let names = if anomaly.family == Family::Behavior { &subjects.users } else { &subjects.symbols };
            let entry = Entry {
                id: *id,
                subject: names.name(anomaly.subject),
                user: user.map(|user| subjects.users.name(user)),
                plugin_hash: component.and_then(|(hash, _)| *hash),
                plugin_version: component.map(|(_, version)| version.as_str()),
                recorded_at: now,
            };
            record(anomaly, &entry)
        });
        Arrivals { opened: opened.collect(), later: later.into_values().collect(), ..Arrivals::default() }
    }
}

const fn reference(family: Family, id: Uuid) -> AnomalyRef {
    match family {
        Family::Market => AnomalyRef::Market(id),
        Family::Conflict => AnomalyRef::Conflict(id),
        Family::Behavior => AnomalyRef::Behavior(id),
    }
}

fn join(later: &mut HashMap<Uuid, Later>, anomaly: AnomalyRef, finding: &Finding) {
    let new = || Later {
        anomaly,
        findings: 0,
        last_at: Timestamp(finding.at),
        severity: finding.severity,
        score: f64::NEG_INFINITY,
        observed: None,
        expected: None,
        message: String::new(),
        evidence: serde_json::Value::Null,
    };
    let known = later.entry(anomaly.id()).or_insert_with(new);
    known.findings += 1;
    known.last_at = known.last_at.max(Timestamp(finding.at));
    known.severity = known.severity.max(finding.severity);
    if finding.score > known.score {
        known.score = finding.score;
        known.observed = finite(finding.observed);
        known.expected = finite(finding.expected);
        known.message.clone_from(&finding.message);
        known.evidence = evidence(&finding.evidence);
    }
}

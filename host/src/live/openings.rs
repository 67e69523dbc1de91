//! Findings of a batch become anomalies, new ones and those on record.

use std::collections::HashMap;

use uuid::Uuid;

use super::{
    part::Share,
    subjects::{Subjects, Symbol},
};
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

/// The first row of a batch of which an anomaly was told.
pub(super) struct Origin {
    pub(super) anomaly: Uuid,
    family: Family,
    subject: Box<str>,
    /// When the row was known: of a bar when it opens, or when it closes.
    at: i64,
    interval: i64,
}

impl Origin {
    /// Whether there are rows about the same symbol or trader.
    pub(super) fn is_about(&self, share: &Share) -> bool {
        let is_same = |subject: &str| *self.subject == *subject;
        if self.family == Family::Behavior {
            share.traders().any(is_same)
        } else {
            share.symbols().any(is_same)
        }
    }

    /// Whether its row is one of these.
    pub(super) fn is_among(&self, share: &Share) -> bool {
        let is_of = |subject: &str, at: i64| *self.subject == *subject && at == self.at;
        if self.family == Family::Behavior {
            return share.trades.iter().any(|it| is_of(&it.row.user_id, it.row.at.0));
        }
        let opens = |at: i64| if self.family == Family::Conflict { at + self.interval } else { at };
        share.bars.iter().any(|it| is_of(&it.row.symbol, opens(it.row.at.0)))
            || share.signals.iter().any(|it| is_of(&it.row.symbol, it.row.at.0))
    }
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

    /// Takes in the findings of a batch, and says which rows each anomaly comes of.
    pub(super) fn take(
        &mut self,
        findings: &[Finding],
        subjects: &Subjects,
        components: &Components,
        now: Timestamp,
    ) -> (Arrivals, Vec<Origin>) {
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
        let mut origins = Vec::new();
        for finding in findings {
            let Self { openings, random } = self;
            let place = openings.take(finding, || reference(finding.family, version_7(now.0, random)));
            if let Place::Opens(anomaly) | Place::Joins(anomaly) = &place
                && !places.contains_key(&anomaly.id())
                && !later.contains_key(&anomaly.id())
            {
                origins.push(origin(anomaly.id(), finding, subjects));
            }
            match place {
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
        let (opened, later) = (opened.collect(), later.into_values().collect());
        (Arrivals { opened, later, ..Arrivals::default() }, origins)
    }
}

fn origin(anomaly: Uuid, finding: &Finding, subjects: &Subjects) -> Origin {
    let Finding { family, subject, at, .. } = *finding;
    let names = if family == Family::Behavior { &subjects.users } else { &subjects.symbols };
    let interval = subjects.watched.get(&subject).map_or(0, Symbol::interval);
    Origin { anomaly, family, subject: names.name(subject).into(), at, interval }
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

//! Facts of a run that has no store: what the run itself has seen.

use std::collections::{HashMap, VecDeque};

use super::facts::{CONFLICT_OPEN, MOST_RECENT, Other, recent};
use crate::{
    domain::{
        case::Recent,
        family::Family,
        finding::{Finding, Severity},
        time::{DAY, Timestamp},
    },
    store::{anomalies::AnyAnomaly, surroundings::OpenConflict},
};

/// Anomalies seen so far. Time goes forward only.
#[derive(Default)]
pub struct Memory {
    subjects: HashMap<Key, VecDeque<Seen>>,
    conflicts: HashMap<String, Conflict>,
}

/// Whether it is a trader, and its name: a trader and a symbol of the same name are not the same.
type Key = (bool, String);

struct Seen {
    number: usize,
    kind: String,
    severity: Severity,
    opened_at: i64,
}

struct Conflict {
    fact: OpenConflict,
    number: usize,
    last_at: i64,
}

impl Memory {
    /// Takes in an anomaly that opens with a finding; `number` tells it from all others.
    pub fn open(&mut self, number: usize, finding: &Finding, subject: &str) {
        let seen = self.subjects.entry(key(finding.family, subject)).or_default();
        while seen.len() > MOST_RECENT || seen.front().is_some_and(|it| it.opened_at <= finding.at - DAY) {
            seen.pop_front();
        }
        seen.push_back(Seen {
            number,
            kind: finding.kind.to_string(),
            severity: finding.severity,
            opened_at: finding.at,
        });
        self.note_conflict(number, finding, subject);
    }

    /// Takes in a later finding of an anomaly.
    pub fn join(&mut self, number: usize, finding: &Finding, subject: &str) {
        let seen = self.subjects.entry(key(finding.family, subject)).or_default();
        if let Some(seen) = seen.iter_mut().rev().find(|seen| seen.number == number) {
            seen.severity = seen.severity.max(finding.severity);
        }
        self.note_conflict(number, finding, subject);
    }

    /// The other anomalies of an anomaly's subject, as seen from it at a moment.
    pub fn recent(&self, number: usize, anomaly: &AnyAnomaly, now: i64) -> Recent {
        let seen = self.subjects.get(&key(anomaly.family(), anomaly.subject()));
        let others = seen.into_iter().flatten().rev().filter(|seen| seen.number != number);
        recent(
            others.map(|seen| Other { kind: &seen.kind, severity: seen.severity, opened_at: seen.opened_at }),
            anomaly.kind(),
            now,
        )
    }

    /// The conflict about a symbol that is open at a moment.
    pub fn open_conflict(&self, symbol: &str, now: Timestamp) -> Option<OpenConflict> {
        let conflict = self.conflicts.get(symbol)?;
        (conflict.last_at > now.0 - CONFLICT_OPEN).then_some(conflict.fact)
    }

    /// What a conflict observed when it opened is its disagreement in percent.
    fn note_conflict(&mut self, number: usize, finding: &Finding, symbol: &str) {
        if finding.family != Family::Conflict {
            return;
        }
        match self.conflicts.get_mut(symbol) {
            Some(newest) if newest.number == number => {
                newest.fact.severity = newest.fact.severity.max(finding.severity);
                newest.last_at = finding.at;
                return;
            }
            // Another one opened since.
            Some(newest) if newest.number > number => return,
            _ => {}
        }
        let fact = OpenConflict {
            severity: finding.severity,
            disagreement: finding.observed,
            opened_at: Timestamp(finding.at),
        };
        self.conflicts.insert(symbol.to_owned(), Conflict { fact, number, last_at: finding.at });
    }
}

fn key(family: Family, subject: &str) -> Key {
    (family == Family::Behavior, subject.to_owned())
}

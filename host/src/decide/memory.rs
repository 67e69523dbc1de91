//! Facts of a run that has no store: what the run itself has seen.

use std::collections::{HashMap, VecDeque};

use super::facts::{CONFLICT_OPEN, ConflictFact, MOST_RECENT, Other, recent};
use crate::domain::{
    case::Recent,
    family::Family,
    finding::Severity,
    time::{DAY, Timestamp},
};

/// Anomalies seen so far. Time goes forward only.
#[derive(Default)]
pub struct Memory {
    subjects: HashMap<(bool, String), VecDeque<Seen>>,
    conflicts: HashMap<String, (ConflictFact, i64)>,
}

struct Seen {
    number: usize,
    kind: String,
    severity: Severity,
    opened_at: i64,
}

impl Memory {
    /// Takes in an anomaly that opens; `number` tells it from all others.
    pub fn open(
        &mut self,
        number: usize,
        family: Family,
        subject: &str,
        kind: &str,
        severity: Severity,
        at: i64,
    ) {
        let seen = self.subjects.entry(key(family, subject)).or_default();
        while seen.len() > MOST_RECENT || seen.front().is_some_and(|oldest| oldest.opened_at <= at - DAY) {
            seen.pop_front();
        }
        seen.push_back(Seen { number, kind: kind.to_owned(), severity, opened_at: at });
    }

    /// Takes in what a conflict about a symbol is at a moment.
    pub fn conflict(&mut self, symbol: &str, conflict: ConflictFact, at: i64) {
        self.conflicts.insert(symbol.to_owned(), (conflict, at));
    }

    /// The other anomalies of a subject, as seen from one of a kind at a moment.
    pub fn recent(&self, number: usize, family: Family, subject: &str, kind: &str, now: i64) -> Recent {
        let seen = self.subjects.get(&key(family, subject));
        let others = seen.into_iter().flatten().rev().filter(|seen| seen.number != number);
        recent(
            others.map(|seen| Other { kind: &seen.kind, severity: seen.severity, opened_at: seen.opened_at }),
            kind,
            now,
        )
    }

    /// The conflict about a symbol that is open at a moment.
    pub fn open_conflict(&self, symbol: &str, now: Timestamp) -> Option<ConflictFact> {
        let (conflict, last_at) = self.conflicts.get(symbol)?;
        (*last_at > now.0 - CONFLICT_OPEN).then_some(*conflict)
    }
}

/// A trader and a symbol of the same name are not the same subject.
fn key(family: Family, subject: &str) -> (bool, String) {
    (family == Family::Behavior, subject.to_owned())
}

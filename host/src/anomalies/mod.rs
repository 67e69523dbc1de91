//! Findings become anomalies (alerts). An anomaly opens at a finding and takes in findings of the same
//! detector, subject and kind up to a cool-down after its first one; the next finding opens a new one.
//!
//! [`Openings`] says so finding by finding, [`group`] for a whole run.

use std::{collections::HashMap, sync::Arc};

use crate::domain::{
    anomaly::Anomaly,
    family::Family,
    finding::Finding,
    time::{HOUR, MINUTE},
};

/// Cool-down of market and conflict anomalies, in bar intervals of the subject.
pub const COOL_DOWN_BARS: i64 = 5;

/// Cool-down of behavior anomalies, microseconds.
pub const COOL_DOWN_BEHAVIOR: i64 = HOUR;

/// Tells which anomaly each finding belongs to. Findings of one detector, subject and kind must come in time
/// order.
#[derive(Clone, Debug, Default)]
pub struct Openings {
    intervals: Vec<i64>,
    open: HashMap<Key, Open>,
    next: usize,
}

type Key = (Family, u32, Arc<str>, Arc<str>);

#[derive(Clone, Copy, Debug)]
struct Open {
    number: usize,
    until: i64,
}

/// Where a finding belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// It opens the anomaly of this number, counted from 0.
    Opens(usize),
    /// It joins the anomaly of this number.
    Joins(usize),
    /// It belongs to none: a single algorithm's dissent is judged with its panel.
    Nowhere,
}

impl Openings {
    /// With the usual spacing of each symbol's bars, by symbol id, microseconds (one minute where unknown).
    pub fn new(intervals: Vec<i64>) -> Self {
        Self { intervals, ..Self::default() }
    }

    /// Takes the next finding.
    pub fn take(&mut self, finding: &Finding) -> Place {
        if finding.is_dissent() {
            return Place::Nowhere;
        }
        let key = (finding.family, finding.subject, Arc::clone(&finding.detector), Arc::clone(&finding.kind));
        if let Some(open) = self.open.get(&key).filter(|open| finding.at <= open.until) {
            return Place::Joins(open.number);
        }
        let open = Open {
            number: self.next,
            until: finding.at.saturating_add(self.cool_down(finding.family, finding.subject)),
        };
        self.open.insert(key, open);
        self.next += 1;
        Place::Opens(open.number)
    }

    fn cool_down(&self, family: Family, subject: u32) -> i64 {
        match family {
            Family::Behavior => COOL_DOWN_BEHAVIOR,
            Family::Market | Family::Conflict => {
                COOL_DOWN_BARS * self.intervals.get(subject as usize).copied().unwrap_or(MINUTE)
            }
        }
    }
}

/// The anomalies of a run, in the order in which `findings` open them; `intervals` as for [`Openings::new`].
pub fn group(findings: &[Finding], intervals: &[i64]) -> Vec<Anomaly> {
    let mut openings = Openings::new(intervals.to_vec());
    let mut anomalies: Vec<Anomaly> = Vec::new();
    for finding in findings {
        match openings.take(finding) {
            Place::Opens(_) => anomalies.push(Anomaly::open(finding)),
            Place::Joins(number) => anomalies[number].join(finding),
            Place::Nowhere => {}
        }
    }
    anomalies
}

#[cfg(test)]
mod tests;

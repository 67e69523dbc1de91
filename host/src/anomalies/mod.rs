//! Findings become anomalies (alerts). An anomaly opens at a finding and takes in findings of the same
//! detector, subject and kind up to a cool-down after its first one; the next finding opens a new one.
//!
//! [`Openings`] says so finding by finding, [`group`] for a whole run.

use std::{
    collections::{HashMap, hash_map::Entry},
    sync::Arc,
};

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

/// Tells which anomaly each finding belongs to. Findings of one detector, subject and kind must come in time order.
/// `T` is what an anomaly is known by.
#[derive(Clone, Debug)]
pub struct Openings<T> {
    intervals: Vec<i64>,
    open: HashMap<Key, Open<T>>,
}

type Key = (Family, u32, Arc<str>, Arc<str>);

#[derive(Clone, Copy, Debug)]
struct Open<T> {
    anomaly: T,
    until: i64,
    /// Findings up to here were taken in before a restart.
    counted_until: i64,
}

/// Where a finding belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place<T> {
    /// It opens this anomaly.
    Opens(T),
    /// It joins this anomaly.
    Joins(T),
    /// It belongs to none: a single algorithm's dissent is judged with its panel, and what an anomaly from before a
    /// restart took in already counts once.
    Nowhere,
}

/// An anomaly that was open before.
#[derive(Clone, Debug)]
pub struct Before<T> {
    /// Family of its detector.
    pub family: Family,
    /// Id of its symbol or trader.
    pub subject: u32,
    /// Name of its detector.
    pub detector: Arc<str>,
    /// Kind of its findings.
    pub kind: Arc<str>,
    /// Time of its first finding, microseconds since 1970 UTC.
    pub opened_at: i64,
    /// Time of its last finding, microseconds since 1970 UTC.
    pub last_at: i64,
    /// What it is known by.
    pub anomaly: T,
}

impl<T: Clone> Openings<T> {
    /// With the usual spacing of each symbol's bars, by symbol id, microseconds (one minute where unknown).
    pub fn new(intervals: Vec<i64>) -> Self {
        Self { intervals, open: HashMap::new() }
    }

    /// Says what the usual spacing of a symbol's bars is from here on, microseconds.
    pub fn set_interval(&mut self, symbol: u32, interval: i64) {
        let index = symbol as usize;
        if index >= self.intervals.len() {
            self.intervals.resize(index + 1, MINUTE);
        }
        self.intervals[index] = interval;
    }

    /// Goes on with an anomaly from before.
    pub fn resume(&mut self, before: Before<T>) {
        let Before { family, subject, detector, kind, opened_at, last_at, anomaly } = before;
        let until = opened_at.saturating_add(self.cool_down(family, subject));
        let open = Open { anomaly, until, counted_until: last_at };
        match self.open.entry((family, subject, detector, kind)) {
            Entry::Occupied(newer) if newer.get().until >= until => {}
            Entry::Occupied(mut older) => {
                older.insert(open);
            }
            Entry::Vacant(vacant) => {
                vacant.insert(open);
            }
        }
    }

    /// Takes the next finding; if it opens an anomaly, `new` says what that is known by.
    pub fn take(&mut self, finding: &Finding, new: impl FnOnce() -> T) -> Place<T> {
        if finding.is_dissent() {
            return Place::Nowhere;
        }
        let key = (finding.family, finding.subject, Arc::clone(&finding.detector), Arc::clone(&finding.kind));
        if let Some(open) = self.open.get(&key).filter(|open| finding.at <= open.until) {
            let is_counted = finding.at <= open.counted_until;
            return if is_counted { Place::Nowhere } else { Place::Joins(open.anomaly.clone()) };
        }
        let until = finding.at.saturating_add(self.cool_down(finding.family, finding.subject));
        let anomaly = new();
        self.open.insert(key, Open { anomaly: anomaly.clone(), until, counted_until: i64::MIN });
        Place::Opens(anomaly)
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
        match openings.take(finding, || anomalies.len()) {
            Place::Opens(_) => anomalies.push(Anomaly::open(finding)),
            Place::Joins(number) => anomalies[number].join(finding),
            Place::Nowhere => {}
        }
    }
    anomalies
}

#[cfg(test)]
mod tests;

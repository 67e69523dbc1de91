//! What is known when a decision is made, and what policies see of it. Where it comes from, memory or store, makes
//! no difference.

use jiff::tz::TimeZone;

use crate::{
    domain::{
        case::{CaseControl, Context, OpenConflict, Recent, Record},
        family::Family,
        finding::Severity,
        time::{self, DAY, HOUR, MINUTE, Timestamp},
        vocabulary::{ActionType, SubjectType},
    },
    store::{anomalies::AnyAnomaly, controls::Control, surroundings},
};

/// How long a conflict counts as open after its last finding, microseconds.
pub const CONFLICT_OPEN: i64 = 15 * MINUTE;

/// How far back anomalies of other kinds are one event with this one, microseconds.
pub const AT_ONCE: i64 = 5 * MINUTE;

/// Other anomalies of one subject that count, the newest.
pub const MOST_RECENT: usize = 1_000;

/// What is known about one anomaly's surroundings at a moment.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Facts {
    /// What persons said about its detector.
    pub record: Record,
    /// Other anomalies of its subject.
    pub recent: Recent,
    /// What is in force.
    pub controls: Vec<ControlFact>,
    /// The newest conflict about its symbol.
    pub conflict: Option<surroundings::OpenConflict>,
}

/// A control in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ControlFact {
    /// The action that set it.
    pub action: ActionType,
    /// What kind of thing it restricts.
    pub subject_type: SubjectType,
    /// Name of that thing.
    pub subject: String,
    /// When it ends; `None` if it does not by itself.
    pub expires_at: Option<Timestamp>,
}

/// Another anomaly of the same subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Other<'a> {
    /// Its kind.
    pub kind: &'a str,
    /// Its severity.
    pub severity: Severity,
    /// When it opened.
    pub opened_at: i64,
}

/// Counts the others, newest first, as seen from an anomaly of a kind at a moment; those of the future and those of
/// more than a day ago are passed over.
pub fn recent<'a>(others: impl Iterator<Item = Other<'a>>, kind: &str, now: i64) -> Recent {
    let mut recent = Recent::default();
    let known = others.filter(|other| other.opened_at <= now).take_while(|other| other.opened_at > now - DAY);
    for other in known.take(MOST_RECENT) {
        let (same, hour) = (other.kind == kind, other.opened_at > now - HOUR);
        recent.day += 1;
        recent.hour += u32::from(hour);
        recent.same_kind_day += u32::from(same);
        recent.same_kind_hour += u32::from(same && hour);
        recent.other_kinds_now += u32::from(!same && other.opened_at > now - AT_ONCE);
        recent.highest = recent.highest.max(Some(other.severity));
    }
    recent
}

/// What an anomaly is about, as controls name it: its symbol or trader, its detector, and the algorithms that dissent.
pub fn subjects(anomaly: &AnyAnomaly) -> Vec<(SubjectType, String)> {
    let own = if anomaly.family() == Family::Behavior { SubjectType::User } else { SubjectType::Symbol };
    let algorithms = anomaly.dissenting().iter().map(|name| (SubjectType::Algorithm, name.clone()));
    [(own, anomaly.subject().to_owned()), (SubjectType::Detector, anomaly.detector().to_owned())]
        .into_iter()
        .chain(algorithms)
        .collect()
}

/// What policies are told of controls in force.
pub fn controls_of(controls: &[Control]) -> Vec<ControlFact> {
    let fact = |control: &Control| ControlFact {
        action: control.action_type,
        subject_type: control.subject_type,
        subject: control.subject.clone(),
        expires_at: control.expires_at,
    };
    controls.iter().map(fact).collect()
}

impl Facts {
    /// What policies see of it when the last finding was made at `at`, by the clock of `zone`, and it is `now`.
    pub fn context(&self, at: Timestamp, now: Timestamp, zone: &TimeZone) -> Context {
        let (day, minute) = time::local_time(zone, at.0);
        let minutes = |from: i64, to: i64| (to - from) as f64 / MINUTE as f64;
        Context {
            minute_of_day: minute,
            // 1970-01-01 was a Thursday.
            weekday: (day + 3).rem_euclid(7) as u32 + 1,
            record: self.record.clone(),
            recent: self.recent.clone(),
            controls: self.controls.iter().map(|control| control.seen_at(now)).collect(),
            conflict: self.conflict.map(|conflict| OpenConflict {
                severity: conflict.severity,
                disagreement: conflict.disagreement,
                minutes: minutes(conflict.opened_at.0, at.0),
            }),
        }
    }
}

impl ControlFact {
    fn seen_at(&self, now: Timestamp) -> CaseControl {
        CaseControl {
            action: self.action,
            subject_type: self.subject_type,
            subject: self.subject.clone(),
            minutes_left: self.expires_at.map(|end| (end.0 - now.0) as f64 / MINUTE as f64),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn others_count_by_age_and_kind_and_never_from_the_future() {
        let now = 10 * DAY;
        let other =
            |kind, minutes: i64, severity| Other { kind, severity, opened_at: now - minutes * MINUTE };
        let others = [
            other("A", -1, Severity::Critical),
            other("B", 0, Severity::Low),
            other("A", 59, Severity::Medium),
            other("B", 61, Severity::High),
            other("A", 24 * 60, Severity::Critical),
        ];
        let expected = Recent {
            hour: 2,
            day: 3,
            same_kind_hour: 1,
            same_kind_day: 1,
            other_kinds_now: 1,
            highest: Some(Severity::High),
        };
        assert_eq!(recent(others.into_iter(), "A", now), expected);
    }

    #[test]
    fn the_clock_is_the_operators() {
        let zone = TimeZone::get("Asia/Kolkata").unwrap();
        // Sunday evening in UTC is Monday morning in India.
        let now: jiff::Timestamp = "2026-01-04T22:30:00Z".parse().unwrap();
        let context = Facts::default().context(Timestamp(now.as_microsecond()), Timestamp(0), &zone);
        assert_eq!((context.weekday, context.minute_of_day), (1, 4 * 60));
    }
}

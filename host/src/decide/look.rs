//! Facts of a live run: what the store knows about anomalies at a moment, with few statements for many of them.

use std::collections::{BTreeSet, HashMap};

use super::facts::{AT_ONCE, CONFLICT_OPEN, Facts, MOST_RECENT, controls_of, subjects};
use crate::{
    domain::{
        case::Record,
        family::Family,
        time::{DAY, Timestamp},
        vocabulary::SubjectType,
    },
    store::{
        anomalies::AnyAnomaly,
        change::Change,
        controls::{self, Control},
        decisions,
        error::Result,
        page::Period,
        surroundings::{self, Reach, Surroundings, Viewpoint},
    },
};

/// A detector's record covers its anomalies of so many days, of which the newest judged ones count.
const RECORD_DAYS: i64 = 90;

/// Judged anomalies that make a detector's record.
const RECORD_LENGTH: i64 = 100;

const REACH: Reach = Reach { at_once: AT_ONCE, most: MOST_RECENT as i64, conflict_open: CONFLICT_OPEN };

/// What persons said about detectors, as of a moment.
#[derive(Clone, Debug, Default)]
pub(super) struct Records {
    known: HashMap<String, Record>,
    at: Option<Timestamp>,
}

impl Records {
    /// How long they are good for, microseconds: people mark anomalies now and then, and reading all marks for every
    /// batch would cost more than all the rest.
    const GOOD_FOR: i64 = 60 * crate::domain::time::SECOND;

    /// Reads them anew if they are too old, or lack a detector.
    ///
    /// # Errors
    ///
    /// If the database fails.
    pub(super) async fn refresh(&mut self, change: &mut Change<'_>, anomalies: &[AnyAnomaly]) -> Result<()> {
        let now = change.now();
        let fresh = self.at.is_some_and(|at| now.0 - at.0 < Self::GOOD_FOR);
        if fresh && anomalies.iter().all(|anomaly| self.known.contains_key(anomaly.detector())) {
            return Ok(());
        }
        let mut detectors: BTreeSet<String> = self.known.keys().cloned().collect();
        detectors.extend(anomalies.iter().map(|anomaly| anomaly.detector().to_owned()));
        let detectors: Vec<String> = detectors.into_iter().collect();
        let since = Period { from: Some(Timestamp(now.0 - RECORD_DAYS * DAY)), until: None };
        let found = decisions::detector_record_within(change, &detectors, since, RECORD_LENGTH).await?;
        self.known = detectors.into_iter().map(|detector| (detector, Record::default())).collect();
        let count = |count: i64| u32::try_from(count).unwrap_or(u32::MAX);
        self.known.extend(found.into_iter().map(|record| {
            let judged = record.real + record.not_real + record.dismissed;
            let precision = Some(record.precision());
            (record.detector, Record { judged: count(judged), real: count(record.real), precision })
        }));
        self.at = Some(now);
        Ok(())
    }
}

/// Facts about each anomaly, in their order.
///
/// # Errors
///
/// If the database fails.
pub(super) async fn look(
    change: &mut Change<'_>,
    anomalies: &[AnyAnomaly],
    records: &Records,
) -> Result<Vec<Facts>> {
    let views: Vec<Viewpoint> = anomalies.iter().map(view).collect();
    let mut around = surroundings::around(change, &views, REACH).await?;
    let controls = controls_for(change, anomalies).await?;
    let facts = anomalies.iter().map(|anomaly| {
        let Surroundings { recent, conflict } = around.remove(&anomaly.reference().id()).unwrap_or_default();
        Facts {
            record: records.known.get(anomaly.detector()).cloned().unwrap_or_default(),
            recent,
            controls: controls_of(&about(&controls, &subjects(anomaly))),
            conflict: conflict.filter(|_| anomaly.family() == Family::Market),
        }
    });
    Ok(facts.collect())
}

fn view(anomaly: &AnyAnomaly) -> Viewpoint {
    Viewpoint {
        anomaly: anomaly.reference().id(),
        subject: anomaly.subject().to_owned(),
        is_trader: anomaly.family() == Family::Behavior,
        kind: anomaly.kind().to_owned(),
        now: anomaly.last_at(),
    }
}

async fn controls_for(change: &mut Change<'_>, anomalies: &[AnyAnomaly]) -> Result<Vec<Control>> {
    let now = change.now();
    let subjects: BTreeSet<_> = anomalies.iter().flat_map(subjects).collect();
    controls::longest_for(change.connection(), &subjects.into_iter().collect::<Vec<_>>(), now).await
}

/// The controls about some things.
fn about(controls: &[Control], subjects: &[(SubjectType, String)]) -> Vec<Control> {
    let is_about = |control: &&Control| {
        subjects.iter().any(|(kind, name)| (*kind, name) == (control.subject_type, &control.subject))
    };
    controls.iter().filter(is_about).cloned().collect()
}

//! Anomalies on record in their order, and what surrounded each when it was newest.

use std::collections::HashMap;

use jiff::tz::TimeZone;

use super::MOST;
use crate::{
    decide::{
        case,
        facts::{self, CONFLICT_OPEN, Facts, Other},
    },
    domain::{
        case::{Case, Record},
        family::Family,
        time::Timestamp,
    },
    store::{
        Store,
        anomalies::{self, AnyAnomaly, BehaviorFilter, ConflictFilter, MarketFilter},
        decisions,
        error::Result,
        page::{Page, Period, Window},
        surroundings::OpenConflict,
    },
};

/// Judged anomalies that make a detector's record.
const RECORD_LENGTH: i64 = 100;

/// Whether it is a trader, and its name.
type Subject = (bool, String);

pub(super) struct Past {
    /// Oldest first.
    pub(super) anomalies: Vec<AnyAnomaly>,
    pub(super) is_cut: bool,
    subjects: HashMap<Subject, Vec<usize>>,
    records: HashMap<String, Record>,
}

impl Past {
    /// Those that opened at `from` and later.
    pub(super) async fn read(store: &Store, from: Option<Timestamp>) -> Result<Self> {
        let opened = Period { from, until: None };
        let market = MarketFilter { opened, ..MarketFilter::default() };
        let conflicts = ConflictFilter { opened, ..ConflictFilter::default() };
        let behavior = BehaviorFilter { opened, ..BehaviorFilter::default() };
        let found = [
            pages(async |window| anomalies::find_market(store, &market, window).await).await?,
            pages(async |window| anomalies::find_conflicts(store, &conflicts, window).await).await?,
            pages(async |window| anomalies::find_behavior(store, &behavior, window).await).await?,
        ];
        let is_cut = found.iter().any(|(_, is_cut)| *is_cut);
        let mut anomalies: Vec<AnyAnomaly> = found.into_iter().flat_map(|(some, _)| some).collect();
        anomalies.sort_by_key(|anomaly| (anomaly.opened_at(), anomaly.reference()));
        let mut subjects: HashMap<Subject, Vec<usize>> = HashMap::new();
        for (place, anomaly) in anomalies.iter().enumerate() {
            subjects.entry(subject(anomaly)).or_default().push(place);
        }
        Ok(Self { records: records(store, &anomalies).await?, anomalies, is_cut, subjects })
    }

    /// The case of one of them.
    pub(super) fn case(&self, place: usize, zone: &TimeZone) -> Case {
        let anomaly = &self.anomalies[place];
        let now = anomaly.last_at();
        let facts = Facts {
            record: self.records.get(anomaly.detector()).cloned().unwrap_or_default(),
            recent: facts::recent(
                self.others(place).map(|other| Other {
                    kind: other.kind(),
                    severity: other.severity(),
                    opened_at: other.opened_at().0,
                }),
                anomaly.kind(),
                now.0,
            ),
            controls: Vec::new(),
            conflict: self.conflict(place).filter(|_| anomaly.family() == Family::Market),
        };
        case::case(anomaly, &facts, now, zone)
    }

    /// The others of its subject, newest first.
    fn others(&self, place: usize) -> impl Iterator<Item = &AnyAnomaly> {
        let places = self.subjects.get(&subject(&self.anomalies[place])).into_iter().flatten().rev();
        places.filter(move |other| **other != place).map(|other| &self.anomalies[*other])
    }

    fn conflict(&self, place: usize) -> Option<OpenConflict> {
        let now = self.anomalies[place].last_at();
        self.others(place).find_map(|other| match other {
            AnyAnomaly::Conflict(conflict)
                if conflict.opened_at <= now && conflict.last_at.0 > now.0 - CONFLICT_OPEN =>
            {
                Some(OpenConflict {
                    severity: conflict.severity,
                    disagreement: conflict.disagreement,
                    opened_at: conflict.opened_at,
                })
            }
            _ => None,
        })
    }
}

fn subject(anomaly: &AnyAnomaly) -> Subject {
    (anomaly.family() == Family::Behavior, anomaly.subject().to_owned())
}

/// All pages, the newest first, and whether there are more than [`MOST`].
async fn pages<T: Into<AnyAnomaly>>(
    find: impl AsyncFn(Window) -> Result<Page<T>>,
) -> Result<(Vec<AnyAnomaly>, bool)> {
    let (mut found, mut window) = (Vec::new(), Window::first(Window::MOST));
    loop {
        let page = find(window).await?;
        found.extend(page.items.into_iter().map(Into::into));
        match page.next {
            Some(_) if found.len() >= MOST => return Ok((found, true)),
            Some(next) => window = Window::first(Window::MOST).after(next),
            None => return Ok((found, false)),
        }
    }
}

async fn records(store: &Store, anomalies: &[AnyAnomaly]) -> Result<HashMap<String, Record>> {
    let mut detectors: Vec<String> = anomalies.iter().map(|one| one.detector().to_owned()).collect();
    detectors.sort();
    detectors.dedup();
    let found = decisions::detector_record(store, &detectors, Period::default(), RECORD_LENGTH).await?;
    let count = |count: i64| u32::try_from(count).unwrap_or(u32::MAX);
    let records = found.into_iter().map(|record| {
        let judged = count(record.real + record.not_real + record.dismissed);
        let precision = Some(record.precision());
        (record.detector, Record { judged, real: count(record.real), precision })
    });
    Ok(records.collect())
}

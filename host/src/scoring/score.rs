//! All figures of a run.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    accuracy::{Accuracy, Curve, DetectorScore, FamilyScore, KindScore, NotScored, RowAccuracy, Score},
    calibration::calibration,
    coverage::{Coverage, Emitter},
    curve::points,
    dissent::dissents,
    rows::{self, RowTimes},
    tally::tally,
    truth::{Book, Judged, Truth, judge, reaches},
};
use crate::domain::{
    anomaly::Anomaly,
    family::{ALGORITHM_CONFLICT, Family},
    finding::{Finding, subject_name},
    label::{Label, LabelKind},
    names::Names,
};

/// What is scored.
#[derive(Clone, Copy, Debug)]
pub struct Evidence<'a> {
    /// Anomalies of the run.
    pub anomalies: &'a [Anomaly],
    /// Findings of the run; only dissents are looked at.
    pub findings: &'a [Finding],
    /// What was really anomalous.
    pub labels: &'a [Label],
    /// Symbols by id.
    pub symbols: &'a Names,
    /// Traders by id.
    pub users: &'a Names,
    /// Rows that were seen; without them nothing is said about rows.
    pub rows: &'a RowTimes,
    /// What could be found; `None` if that is not known, then every label counts.
    pub coverage: Option<&'a Coverage>,
}

/// Scores a run; `None` without labels, for then no accuracy can be claimed.
pub fn score(evidence: &Evidence<'_>) -> Option<Accuracy> {
    (!evidence.labels.is_empty()).then(|| Scoring::new(*evidence).accuracy())
}

struct Scoring<'a> {
    evidence: Evidence<'a>,
    book: Book<'a>,
    /// Anomalies of families with labels.
    judged: Vec<(&'a Anomaly, Judged)>,
    /// Labels of anomalies that some running detector could find.
    scored: BTreeSet<usize>,
    not_scored: Vec<NotScored>,
}

impl<'a> Scoring<'a> {
    fn new(evidence: Evidence<'a>) -> Self {
        let book = Book::new(evidence.labels);
        let judged = evidence
            .anomalies
            .iter()
            .filter(|anomaly| book.labels_family(anomaly.family))
            .map(|anomaly| (anomaly, judge(&book, anomaly, evidence.symbols, evidence.users)))
            .collect();
        let (scored, not_scored) = split(evidence.labels, |label| gap(&evidence, label));
        Self { evidence, book, judged, scored, not_scored }
    }

    fn accuracy(self) -> Accuracy {
        let labelled = Family::ALL.into_iter().filter(|family| self.book.labels_family(*family));
        let families: Vec<_> = labelled.map(|family| self.family(family)).collect();
        let (detectors, curves) = self.detectors();
        Accuracy {
            total: self.tally(|_| true, |_| true),
            rows: rows::sum(families.iter().map(|family| family.rows), self.counted(|_| true)),
            families,
            kinds: self.kinds(),
            detectors,
            dissents: dissents(self.evidence.findings, &self.book, self.evidence.symbols),
            calibration: calibration(self.scores(|_| true)),
            curves,
            not_scored: self.not_scored,
        }
    }

    fn judged(&self, of: impl Fn(&Anomaly) -> bool) -> impl Iterator<Item = (&'a Anomaly, &Judged)> {
        self.judged.iter().map(|(anomaly, judged)| (*anomaly, judged)).filter(move |(it, _)| of(it))
    }

    fn scores(&self, of: impl Fn(&Anomaly) -> bool) -> impl Iterator<Item = (f64, Truth)> {
        self.judged(of).map(|(anomaly, judged)| (anomaly.score, judged.truth))
    }

    /// Anomalies that are not ignored.
    fn counted(&self, of: impl Fn(&Anomaly) -> bool) -> u64 {
        self.judged(of).filter(|(_, judged)| judged.truth != Truth::Ignored).count() as u64
    }

    fn scored_labels(&self) -> impl Iterator<Item = &'a Label> {
        self.scored.iter().map(|&index| &self.evidence.labels[index])
    }

    fn tally(&self, of: impl Fn(&Anomaly) -> bool, about: impl Fn(&Label) -> bool) -> Score {
        let labels = self.scored_labels().filter(|label| about(label)).count() as u64;
        let counts = |index: usize| self.scored.contains(&index) && about(&self.evidence.labels[index]);
        tally(self.judged(of).map(|(_, judged)| judged), labels, counts)
    }

    fn family(&self, family: Family) -> FamilyScore {
        let own = |it: &Anomaly| it.family == family;
        FamilyScore {
            family,
            score: self.tally(own, |label| label.family == family),
            rows: self.rows(family),
            calibration: calibration(self.scores(own)),
        }
    }

    fn rows(&self, family: Family) -> RowAccuracy {
        let of_subject = |(subject, times): (u32, &[i64])| {
            let name = subject_name(family, subject, self.evidence.symbols, self.evidence.users);
            let labels: Vec<_> = self
                .book
                .about(family, name)
                .filter(|(index, label)| label.kind.is_ignore() || self.scored.contains(index))
                .map(|(_, label)| label)
                .collect();
            let anomalies: Vec<_> = self
                .judged(|it| it.family == family && it.subject == subject)
                .filter(|(_, judged)| judged.truth != Truth::Ignored)
                .map(|(anomaly, _)| anomaly)
                .collect();
            rows::accuracy(times, &labels, &anomalies)
        };
        let parts = self.evidence.rows.of_family(family).map(of_subject);
        rows::sum(parts, self.counted(|it| it.family == family))
    }

    fn kinds(&self) -> Vec<KindScore> {
        let of_labels = self.scored_labels().map(|label| (label.family, label_kind(label)));
        let of_anomalies = self.judged(|_| true).map(|(it, _)| (it.family, &*it.kind));
        let of_running = self.running().map(|it| (it.family, it.kind.as_str()));
        let kinds: BTreeSet<_> = of_labels.chain(of_anomalies).chain(of_running).collect();
        let score = |(family, kind): (Family, &str)| KindScore {
            family,
            kind: kind.to_owned(),
            score: self.tally(
                |it| it.family == family && *it.kind == *kind,
                |label| label.family == family && label_kind(label) == kind,
            ),
        };
        kinds.into_iter().map(score).collect()
    }

    /// Kinds of families with labels that running detectors emit.
    fn running(&self) -> impl Iterator<Item = &'a Emitter> {
        let emitters = self.evidence.coverage.map_or(&[][..], |coverage| &coverage.emitters);
        emitters.iter().filter(|it| it.silent.is_none() && self.book.labels_family(it.family))
    }

    /// Scores and curves of detectors, each against the labels of the kinds that it emits.
    fn detectors(&self) -> (Vec<DetectorScore>, Vec<Curve>) {
        let mut kinds: BTreeMap<(Family, &str), BTreeSet<&str>> = BTreeMap::new();
        for (anomaly, _) in self.judged(|_| true) {
            kinds.entry((anomaly.family, &anomaly.detector)).or_default().insert(&anomaly.kind);
        }
        for emitter in self.running() {
            kinds.entry((emitter.family, &emitter.detector)).or_default().insert(&emitter.kind);
        }
        let of_detector = |((family, detector), kinds): (&(Family, &str), &BTreeSet<&str>)| {
            let (family, detector) = (*family, *detector);
            let own = |it: &Anomaly| it.family == family && *it.detector == *detector;
            let about =
                |label: &Label| label.family == family && kinds.iter().any(|kind| label.kind.covers(kind));
            let score = self.tally(own, about);
            let labels = score.labels_found + score.labels_missed;
            let scored = self.judged(own).map(|(anomaly, judged)| (anomaly.score, judged)).collect();
            let counts = |index: usize| self.scored.contains(&index) && about(&self.evidence.labels[index]);
            let points = points(scored, labels, counts);
            let name = detector.to_owned();
            (
                DetectorScore { family, detector: name.clone(), score },
                Curve { family, detector: name, points },
            )
        };
        kinds.iter().map(of_detector).unzip()
    }
}

/// The kind that a label is counted under: conflicts have a single one.
fn label_kind(label: &Label) -> &str {
    match (&label.kind, label.family) {
        (LabelKind::Anomaly(Some(kind)) | LabelKind::Ignore(Some(kind)), _) => kind,
        (_, Family::Conflict) => ALGORITHM_CONFLICT,
        _ => "*",
    }
}

/// Why nothing that ran could find `label`; `None` if something could, or where that is not known.
fn gap(evidence: &Evidence<'_>, label: &Label) -> Option<String> {
    if let Some(gap) = evidence.coverage.and_then(|coverage| coverage.gap(label)) {
        return Some(gap);
    }
    let names = if label.family == Family::Behavior { evidence.users } else { evidence.symbols };
    let rows = evidence.rows.times(label.family, names.id(&label.subject)?)?;
    let (first, last) = (*rows.first()?, *rows.last()?);
    (last < label.start || !reaches(label, first))
        .then(|| "before the first row or after the last".to_owned())
}

/// Labels of anomalies that count, and those that nothing could find, by family, kind and reason.
fn split(labels: &[Label], gap: impl Fn(&Label) -> Option<String>) -> (BTreeSet<usize>, Vec<NotScored>) {
    let mut scored = BTreeSet::new();
    let mut gaps: BTreeMap<(Family, &str, String), u64> = BTreeMap::new();
    for (index, label) in labels.iter().enumerate().filter(|(_, label)| !label.kind.is_ignore()) {
        match gap(label) {
            None => {
                scored.insert(index);
            }
            Some(reason) => *gaps.entry((label.family, label_kind(label), reason)).or_default() += 1,
        }
    }
    let not_scored = |((family, kind, reason), labels): ((Family, &str, String), u64)| NotScored {
        family,
        kind: kind.to_owned(),
        labels,
        reason,
    };
    (scored, gaps.into_iter().map(not_scored).collect())
}

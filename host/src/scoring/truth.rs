//! Which anomalies are true and which labels are found.

use std::collections::HashMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::{
    anomaly::Anomaly, family::Family, finding::subject_name, label::Label, names::Names, time::HOUR,
};

/// Traders act on: a behavior finding up to this long after a label's end still belongs to it, microseconds.
pub const BEHAVIOR_GRACE: i64 = HOUR;

/// What labels say about an anomaly.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Truth {
    /// A label agrees.
    True,
    /// No label agrees.
    False,
    /// The labels say that nobody can say.
    Ignored,
}

/// An anomaly and the labels that it finds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Judged {
    pub(super) truth: Truth,
    /// Index of each label with a finding in it, and from its start to the first one, microseconds.
    pub(super) found: Vec<(usize, i64)>,
}

/// Labels by subject.
#[derive(Debug)]
pub(super) struct Book<'a> {
    labels: &'a [Label],
    by_subject: HashMap<Family, HashMap<&'a str, Vec<usize>>>,
}

impl<'a> Book<'a> {
    pub(super) fn new(labels: &'a [Label]) -> Self {
        let mut by_subject: HashMap<_, HashMap<&str, Vec<usize>>> = HashMap::new();
        for (index, label) in labels.iter().enumerate() {
            by_subject.entry(label.family).or_default().entry(&*label.subject).or_default().push(index);
        }
        Self { labels, by_subject }
    }

    /// Whether there are labels of a family at all; without any nothing is claimed about it.
    pub(super) fn labels_family(&self, family: Family) -> bool {
        self.by_subject.contains_key(&family)
    }

    /// Judges findings at `times` (in order) of one family, subject and kind.
    pub(super) fn judge(&self, family: Family, subject: &str, kind: &str, times: &[i64]) -> Judged {
        let about = || self.about(family, subject).filter(|(_, label)| label.kind.covers(kind));
        let first_in = |label: &Label| times.iter().copied().find(|at| holds(label, *at));
        let found: Vec<_> = about()
            .filter(|(_, label)| !label.kind.is_ignore())
            .filter_map(|(index, label)| Some((index, first_in(label)? - label.start)))
            .collect();
        let unsure = |at: &i64| about().any(|(_, label)| label.kind.is_ignore() && label.spans(*at));
        let truth = match found.is_empty() {
            false => Truth::True,
            true if times.iter().all(unsure) => Truth::Ignored,
            true => Truth::False,
        };
        Judged { truth, found }
    }

    /// Labels of one subject.
    pub(super) fn about(&self, family: Family, subject: &str) -> impl Iterator<Item = (usize, &'a Label)> {
        let indices = self.by_subject.get(&family).and_then(|subjects| subjects.get(subject));
        indices.into_iter().flatten().map(|&index| (index, &self.labels[index]))
    }
}

/// Whether a finding at that time finds the label.
fn holds(label: &Label, at: i64) -> bool {
    at >= label.start && reaches(label, at)
}

/// Whether a finding at that time is not too late for the label.
pub(super) fn reaches(label: &Label, at: i64) -> bool {
    let grace = if label.family == Family::Behavior { BEHAVIOR_GRACE } else { 0 };
    at <= label.end.saturating_add(grace)
}

/// What `labels` say about each anomaly; `None` where there are no labels of its family.
pub fn truths(anomalies: &[Anomaly], labels: &[Label], symbols: &Names, users: &Names) -> Vec<Option<Truth>> {
    let book = Book::new(labels);
    let truth = |anomaly: &Anomaly| {
        book.labels_family(anomaly.family).then(|| judge(&book, anomaly, symbols, users).truth)
    };
    anomalies.iter().map(truth).collect()
}

pub(super) fn judge(book: &Book<'_>, anomaly: &Anomaly, symbols: &Names, users: &Names) -> Judged {
    let subject = subject_name(anomaly.family, anomaly.subject, symbols, users);
    book.judge(anomaly.family, subject, &anomaly.kind, &anomaly.finding_times)
}

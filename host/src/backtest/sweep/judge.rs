//! Scores anomalies of a stretch of time against the labels of that stretch.

use std::sync::Arc;

use crate::{
    detectors::plugin::Plugin,
    domain::{
        anomaly::Anomaly,
        label::{Label, LabelKind},
    },
    ingest::Input,
    scoring::{self, Coverage, Evidence, RowTimes, Score},
};

use super::stretches::Stretch;
use crate::backtest::assemble;

/// What all scores of a sweep share.
pub(super) struct Judge<'a> {
    input: &'a Input,
    coverage: Coverage,
}

impl<'a> Judge<'a> {
    pub(super) fn of(input: &'a Input, plugins: &[Arc<Plugin>]) -> Self {
        let emitters = plugins.iter().flat_map(|plugin| assemble::emitters(&plugin.manifest, None)).collect();
        Self {
            input,
            coverage: Coverage { emitters, subjects: assemble::subjects(input, &RowTimes::of(input)) },
        }
    }

    /// Events that begin in a stretch.
    pub(super) fn score(&self, anomalies: &[Anomaly], stretch: Stretch) -> Score {
        let within = |at: i64| (stretch.0..=stretch.1).contains(&at);
        let anomalies: Vec<Anomaly> = anomalies.iter().filter(|it| within(it.opened_at)).cloned().collect();
        let labels: Vec<Label> =
            self.input.labels.iter().map(|it| of_stretch(it, within(it.start))).collect();
        scoring::score(&Evidence {
            anomalies: &anomalies,
            findings: &[],
            labels: &labels,
            symbols: &self.input.symbols,
            users: &self.input.users,
            rows: &RowTimes::default(),
            coverage: Some(&self.coverage),
        })
        .map(|accuracy| accuracy.total)
        .unwrap_or_default()
    }
}

/// A label that begins in another stretch is no event of this one, nor is an anomaly that touches it here.
fn of_stretch(label: &Label, begins_here: bool) -> Label {
    let kind = match &label.kind {
        LabelKind::Anomaly(kind) if !begins_here => LabelKind::Ignore(kind.clone()),
        kind => kind.clone(),
    };
    Label { kind, ..label.clone() }
}

/// Events of several stretches together.
pub(super) fn pool<'a>(scores: impl Iterator<Item = &'a Score>) -> Score {
    let mut pooled = Score::default();
    for score in scores {
        pooled.alerts_true += score.alerts_true;
        pooled.alerts_false += score.alerts_false;
        pooled.alerts_ignored += score.alerts_ignored;
        pooled.labels_found += score.labels_found;
        pooled.labels_missed += score.labels_missed;
    }
    let share = |part: u64, rest: u64| (part + rest > 0).then(|| part as f64 / (part + rest) as f64);
    pooled.precision = share(pooled.alerts_true, pooled.alerts_false);
    pooled.recall = share(pooled.labels_found, pooled.labels_missed);
    pooled.f1 = pooled
        .precision
        .zip(pooled.recall)
        .filter(|(precision, recall)| precision + recall > 0.0)
        .map(|(precision, recall)| 2.0 * precision * recall / (precision + recall));
    pooled
}

//! Signals become panels, and dissents become verdicts.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use crate::{
    conflict::{Dissent, Fold, Habits, PanelVerdict},
    detectors::instance::RawFinding,
    domain::{
        family::{ALGORITHM_CONFLICT, CONFLICT_PANEL, Family},
        finding::Finding,
        panel::{Dispute, Opinion, Panel, PanelRow},
    },
};

use super::{Batch, stage::Answers};

/// Time, symbol and user of a panel.
type Key = (i64, u32, Option<u32>);

/// What is remembered about the panels of each (symbol, user).
pub(super) struct PanelBook {
    subjects: HashMap<(u32, Option<u32>), Subject>,
    detector: Arc<str>,
    kind: Arc<str>,
}

#[derive(Default)]
struct Subject {
    habits: Habits,
    fold: Fold,
}

/// Panels of a batch, as they were said and as the components are shown them.
#[derive(Default)]
pub(super) struct Opened {
    pub(super) said: Vec<PanelRow>,
    pub(super) shown: Vec<PanelRow>,
}

/// A panel with a quorum, and whether it is in conflict.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct JudgedPanel {
    /// When it was known, microseconds since 1970 UTC.
    pub at: i64,
    /// Id of the symbol.
    pub symbol: u32,
    /// Disagreement in percent, if it is in conflict.
    pub conflict: Option<f64>,
}

impl Default for PanelBook {
    fn default() -> Self {
        Self { subjects: HashMap::new(), detector: CONFLICT_PANEL.into(), kind: ALGORITHM_CONFLICT.into() }
    }
}

impl PanelBook {
    /// The panels of a batch with a quorum, by time. A given signal takes the place of a computed one.
    pub(super) fn open(
        &mut self,
        batch: &Batch<'_>,
        seats: &[usize],
        computed: &[Answers<Opinion>],
    ) -> Opened {
        let mut panels: BTreeMap<Key, Panel> = BTreeMap::new();
        for (&seat, said) in seats.iter().zip(computed) {
            for &(row, opinion) in said {
                let bar = &batch.bars[row];
                seat_of(&mut panels, (bar.known_at, bar.symbol, None), seat, opinion);
            }
        }
        for signal in batch.signals {
            let opinion = Opinion { vote: signal.vote, confidence: signal.confidence };
            seat_of(&mut panels, (signal.at, signal.symbol, signal.user), usize::from(signal.seat), opinion);
        }
        let mut opened = Opened::default();
        for ((_, symbol, user), panel) in panels {
            if panel.has_quorum() {
                let subject = self.subjects.entry((symbol, user)).or_default();
                opened.said.push(PanelRow { symbol, user, panel });
                opened.shown.push(PanelRow { symbol, user, panel: subject.habits.level(&panel) });
            }
        }
        opened
    }

    /// Folds what each plugin said, by seat, into verdicts.
    pub(super) fn judge(
        &mut self,
        opened: &Opened,
        seats: impl Iterator<Item = usize>,
        said: &[Answers<RawFinding>],
        findings: &mut Vec<Finding>,
    ) -> Vec<JudgedPanel> {
        let mut dissents: Vec<Vec<Dissent>> = vec![Vec::new(); opened.said.len()];
        for (seat, said) in seats.zip(said) {
            for (row, finding) in said {
                dissents[*row].push(Dissent { seat, score: finding.score });
            }
        }
        let panels = opened.said.iter().zip(&opened.shown).zip(&dissents);
        panels
            .map(|((said, shown), dissents)| {
                let subject = self.subjects.entry((said.symbol, said.user)).or_default();
                let verdict = subject.fold.judge(&said.panel, &shown.panel, dissents);
                let conflict = verdict.as_ref().map(|verdict| verdict.consensus.disagreement());
                findings.extend(verdict.map(|verdict| self.finding(said, verdict)));
                JudgedPanel { at: said.panel.at, symbol: said.symbol, conflict }
            })
            .collect()
    }

    fn finding(&self, row: &PanelRow, verdict: PanelVerdict) -> Finding {
        Finding {
            at: row.panel.at,
            family: Family::Conflict,
            subject: row.symbol,
            detector: self.detector.clone(),
            kind: self.kind.clone(),
            severity: verdict.severity,
            score: verdict.score,
            observed: verdict.consensus.disagreement(),
            expected: f64::NAN,
            evidence: vec![
                ("disagreement".into(), verdict.consensus.disagreement()),
                ("consensus".into(), verdict.consensus.percent),
                ("buyers".into(), verdict.buyers.len() as f64),
                ("sellers".into(), verdict.sellers.len() as f64),
            ],
            dispute: Some(Arc::new(Dispute {
                user: row.user,
                panel: row.panel,
                leader: verdict.consensus.leader,
                dissenting: verdict.dissenting(),
            })),
            message: verdict.message,
        }
    }
}

fn seat_of(panels: &mut BTreeMap<Key, Panel>, key: Key, seat: usize, opinion: Opinion) {
    let panel = panels.entry(key).or_insert_with(|| Panel::empty(key.0));
    if let Some(place) = panel.seats.get_mut(seat) {
        *place = Some(opinion);
    }
}

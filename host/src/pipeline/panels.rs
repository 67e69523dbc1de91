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
        panel::{Dispute, Opinion, Panel, PanelRow, SEATS},
        rows::Signal,
    },
};

use super::{Batch, stage::Answers};

/// Which panel it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PanelKey {
    /// When it is known, microseconds since 1970 UTC.
    pub at: i64,
    /// Id of the symbol.
    pub symbol: u32,
    /// Id of the user it was made for, if any.
    pub user: Option<u32>,
}

/// A panel that may take in more.
#[derive(Clone, Debug)]
struct Pending {
    panel: Panel,
    /// Seats whose signals came from outside.
    given: [bool; SEATS],
}

/// What is remembered about the panels of each (symbol, user).
pub(super) struct PanelBook {
    subjects: HashMap<(u32, Option<u32>), Subject>,
    pending: BTreeMap<PanelKey, Pending>,
    detector: Arc<str>,
    kind: Arc<str>,
}

#[derive(Default)]
struct Subject {
    habits: Habits,
    fold: Fold,
    /// Time of its last panel that was closed.
    closed: Option<i64>,
}

/// Panels that are closed, as they were said and as the components are shown them.
#[derive(Default)]
pub(super) struct Closed {
    /// All of them, those without a quorum too.
    pub(super) keys: Vec<PanelKey>,
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
        Self {
            subjects: HashMap::new(),
            pending: BTreeMap::new(),
            detector: CONFLICT_PANEL.into(),
            kind: ALGORITHM_CONFLICT.into(),
        }
    }
}

impl PanelBook {
    /// Adds what a batch says to panels that are open. A given signal takes the place of a computed one; a panel that
    /// is closed takes in nothing.
    pub(super) fn gather(&mut self, batch: &Batch<'_>, seats: &[usize], computed: &[Answers<Opinion>]) {
        for (&seat, said) in seats.iter().zip(computed) {
            for &(row, opinion) in said {
                let bar = &batch.bars[row];
                let key = PanelKey { at: bar.known_at, symbol: bar.symbol, user: None };
                if let Some((place, false)) = self.seat(key, seat) {
                    *place = Some(opinion);
                }
            }
        }
        for signal in batch.signals {
            let opinion = Opinion { vote: signal.vote, confidence: signal.confidence };
            let seat = usize::from(signal.seat);
            let key = key_of(signal);
            if let Some((place, _)) = self.seat(key, seat) {
                *place = Some(opinion);
                if let Some(pending) = self.pending.get_mut(&key) {
                    pending.given[seat] = true;
                }
            }
        }
    }

    /// A seat of an open panel, and whether its signal was given.
    fn seat(&mut self, key: PanelKey, seat: usize) -> Option<(&mut Option<Opinion>, bool)> {
        if seat >= SEATS || self.is_closed(key) {
            return None;
        }
        let open = || Pending { panel: Panel::empty(key.at), given: [false; SEATS] };
        let pending = self.pending.entry(key).or_insert_with(open);
        Some((&mut pending.panel.seats[seat], pending.given[seat]))
    }

    /// Whether a panel can take in nothing more.
    pub(super) fn is_closed(&self, key: PanelKey) -> bool {
        let subject = self.subjects.get(&(key.symbol, key.user));
        subject.and_then(|subject| subject.closed).is_some_and(|closed| key.at <= closed)
    }

    /// Whether an open panel has a given signal in this one's place.
    pub(super) fn has_heard(&self, signal: &Signal) -> bool {
        let pending = self.pending.get(&key_of(signal));
        pending.is_some_and(|pending| pending.given.get(usize::from(signal.seat)) == Some(&true))
    }

    /// Panels that may take in more.
    pub(super) fn pending(&self) -> impl Iterator<Item = PanelKey> {
        self.pending.keys().copied()
    }

    /// Closes panels, by time; those with a quorum are shown.
    pub(super) fn close(&mut self, closes: impl Fn(&PanelKey) -> bool) -> Closed {
        let mut closed = Closed::default();
        for (key, pending) in self.pending.extract_if(.., |key, _| closes(key)) {
            closed.keys.push(key);
            let PanelKey { at, symbol, user } = key;
            let subject = self.subjects.entry((symbol, user)).or_default();
            subject.closed = subject.closed.max(Some(at));
            let panel = pending.panel;
            if panel.has_quorum() {
                closed.said.push(PanelRow { symbol, user, panel });
                closed.shown.push(PanelRow { symbol, user, panel: subject.habits.level(&panel) });
            }
        }
        closed
    }

    /// Folds what each plugin said, by seat, into verdicts.
    pub(super) fn judge(
        &mut self,
        closed: &Closed,
        seats: impl Iterator<Item = usize>,
        said: &[Answers<RawFinding>],
        findings: &mut Vec<Finding>,
    ) -> Vec<JudgedPanel> {
        let mut dissents: Vec<Vec<Dissent>> = vec![Vec::new(); closed.said.len()];
        for (seat, said) in seats.zip(said) {
            for (row, finding) in said {
                dissents[*row].push(Dissent { seat, score: finding.score });
            }
        }
        let panels = closed.said.iter().zip(&closed.shown).zip(&dissents);
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

fn key_of(signal: &Signal) -> PanelKey {
    PanelKey { at: signal.at, symbol: signal.symbol, user: signal.user }
}

//! What components are shown, and what they find.

use std::{collections::HashSet, sync::Arc};

use super::{Shown, Worker};
use crate::{
    detectors::{plugin::Plugin, supervisor::Skipped},
    domain::{family::Family, finding::Finding, ids::version_7, time::Timestamp},
    live::{slices::slices, subjects::Symbol, warm::Past},
    pipeline::{Batch, PanelKey},
    store::rows::{Rows, SkippedRow},
};

/// Most rows that are taken down for other components: minutes of a busy market, about 200 bytes each.
const MOST_TAKEN_DOWN: usize = 1_000_000;

impl Worker {
    /// New rows as components see them.
    pub(super) fn show_rows(&mut self, fresh: &Rows) -> Shown {
        let mut shown = Shown {
            bars: fresh.bars.iter().map(|row| self.subjects.bar(row)).collect(),
            signals: fresh.signals.iter().filter_map(|row| self.subjects.signal(row)).collect(),
            fills: fresh.trades.iter().map(|row| self.subjects.fill(row)).collect(),
            closed: HashSet::new(),
        };
        for signal in &shown.signals {
            self.subjects.heard(signal.symbol, signal.at);
        }
        shown.bars.sort_by_key(|bar| bar.known_at);
        shown.signals.sort_by_key(|signal| signal.at);
        shown.fills.sort_by_key(|fill| fill.at);
        shown
    }

    /// Shows rows to components, and closes the panels whose time has come.
    pub(super) fn feed(&mut self, mut shown: Shown) -> (Vec<Finding>, Vec<SkippedRow>) {
        let now = self.now();
        self.revivals.look(&mut self.pipeline, now.0, self.setting.retry);
        let due = now.0 - i64::from(self.setting.config.grace_milliseconds) * 1_000;
        let Self { pipeline, subjects, pending, .. } = self;
        let closes = |panel: &PanelKey| {
            let symbol = subjects.watched.get(&panel.symbol);
            let is_over = symbol.is_none_or(|symbol| !symbol.has_signals || symbol.newest() > panel.at);
            is_over || pending.get(panel).is_some_and(|since| *since <= due)
        };
        let mut findings = Vec::new();
        let mut batches = slices(&shown.bars, &shown.signals, &shown.fills).peekable();
        if batches.peek().is_none() {
            let fed = pipeline.feed_and_close(&Batch::default(), closes);
            findings.extend(fed.findings);
            shown.closed.extend(fed.closed);
        }
        for batch in batches {
            let fed = pipeline.feed_and_close(&batch, closes);
            findings.extend(fed.findings);
            shown.closed.extend(fed.closed);
        }
        self.note_pending();
        self.take_down(shown);
        let skipped = self.skipped(now);
        (findings, skipped)
    }

    /// Since when panels are open that are.
    fn note_pending(&mut self) {
        let (now, Self { pipeline, pending, .. }) = (self.now().0, self);
        let still: HashSet<PanelKey> = pipeline.pending_panels().collect();
        pending.retain(|panel, _| still.contains(panel));
        for panel in still {
            pending.entry(panel).or_insert(now);
        }
    }

    /// Takes down what components were shown, as long as somebody is to know of it and does not fall too far behind.
    fn take_down(&mut self, shown: Shown) {
        let Some(before) = &mut self.taken_down else { return };
        before.push(shown);
        if before.iter().map(Shown::rows).sum::<usize>() > MOST_TAKEN_DOWN {
            tracing::warn!("other components are not made ready: they are too far behind");
            self.taken_down = None;
        }
    }

    /// Rows that components could not take, for the record.
    fn skipped(&mut self, now: Timestamp) -> Vec<SkippedRow> {
        let skipped = self.pipeline.take_skipped();
        let record = |(plugin, row): (Arc<Plugin>, Skipped)| {
            let manifest = &plugin.manifest;
            let names = if manifest.family == Family::Behavior {
                &self.subjects.users
            } else {
                &self.subjects.symbols
            };
            SkippedRow {
                id: version_7(now.0, &mut self.random),
                detector: manifest.name.clone(),
                plugin_hash: plugin.hash.parse().ok(),
                family: manifest.family,
                subject: names.name(row.stream).to_owned(),
                at: Timestamp(row.at),
                reason: row.reason,
                recorded_at: now,
            }
        };
        skipped.into_iter().map(record).collect()
    }

    /// Shows components a symbol's past. The newest panel of one that algorithms report about stays open: nobody knows
    /// whether it was judged. Nor are other symbols' panels closed by it.
    pub(super) fn remember_symbol(&mut self, name: &str, past: Past) {
        let id = self.subjects.symbols.intern(name);
        let newest = self.subjects.symbol(name).filter(|symbol| symbol.has_signals).map(Symbol::newest);
        self.remember(past, |panel| panel.symbol != id || Some(panel.at) == newest);
    }

    /// Shows components a trader's past.
    pub(super) fn remember_trader(&mut self, past: Past) {
        self.remember(past, |_| true);
    }

    fn remember(&mut self, past: Past, stays_open: impl Fn(&PanelKey) -> bool) {
        let fed = past.replay(&mut self.pipeline, stays_open);
        self.note_pending();
        let Past { bars, signals, fills } = past;
        let closed = fed.iter().flat_map(|fed| fed.closed.iter().copied()).collect();
        self.take_down(Shown { bars, signals, fills, closed });
    }
}

//! Components that take others' places while the rest goes on.

use std::{collections::HashSet, sync::Arc};

use super::{Batch, PanelKey, Pipeline, Silent};
use crate::{
    detectors::{history::History, manifest::WarmUp, plugin::Plugin},
    domain::rows::{Bar, Fill},
};

impl Pipeline {
    /// Keeps at least so much of bars and of fills; told before the first batch.
    pub fn remember(&mut self, (bars, fills): (WarmUp, WarmUp)) {
        self.bars.keep(bars);
        self.fills.keep(fills);
    }

    /// Numbers of the next bar and of the next fill.
    pub const fn next(&self) -> (u64, u64) {
        (self.bars.next(), self.fills.next())
    }

    /// What components remember of a symbol or trader.
    pub const fn memories(&self) -> (&History<Bar>, &History<Fill>) {
        (&self.bars, &self.fills)
    }

    /// Goes on with `plugins`: those that `warm` has are taken from it, which was shown the same rows; the others run on.
    /// What it said while it was being warmed counts for nothing, and what is open in it alone is closed. Algorithms change all at once or not at all, since panels hold what all of them said. A history that is long
    /// enough stays, and so does what it has too much; the other one comes with `warm`.
    pub fn take_over(&mut self, mut warm: Self, plugins: &[Arc<Plugin>]) {
        let open: HashSet<PanelKey> = self.pending_panels().collect();
        warm.feed_and_close(&Batch::default(), |panel| !open.contains(panel));
        warm.take_skipped();
        warm.market.forget_figures();
        warm.algorithms.forget_figures();
        warm.dissents.forget_figures();
        warm.behavior.forget_figures();
        let algorithms_change = warm.has_algorithms();
        let bars_stay = self.bars.keeps().covers(warm.bars.keeps());
        let fills_stay = self.fills.keeps().covers(warm.fills.keeps());
        if bars_stay {
            warm.market.renumber(&warm.bars, &self.bars);
            warm.algorithms.renumber(&warm.bars, &self.bars);
        } else {
            self.market.renumber(&self.bars, &warm.bars);
            self.algorithms.renumber(&self.bars, &warm.bars);
            self.bars = warm.bars;
        }
        if fills_stay {
            warm.behavior.renumber(&warm.fills, &self.fills);
        } else {
            self.behavior.renumber(&self.fills, &warm.fills);
            self.fills = warm.fills;
        }
        self.market.take_over(warm.market, plugins);
        self.behavior.take_over(warm.behavior, plugins);
        if algorithms_change {
            (self.algorithms, self.dissents) = (warm.algorithms, warm.dissents);
            (self.judged, self.panels, self.computed) = (warm.judged, warm.panels, warm.computed);
        } else {
            self.algorithms.retain(plugins);
            self.dissents.retain(plugins);
        }
        let runs_on = |silent: &Silent| plugins.iter().any(|plugin| plugin.does_as(&silent.plugin));
        self.silent.retain(runs_on);
        self.silent.extend(warm.silent);
    }
}

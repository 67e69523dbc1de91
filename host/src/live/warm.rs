//! The past of a symbol or trader, read from the store, so that components and this worker know what they would know had
//! they been there.

use futures::TryStreamExt as _;

use super::{slices::slices, subjects::Subjects};
use crate::{
    anomalies::{Before, COOL_DOWN_BEHAVIOR},
    detectors::manifest::WarmUp,
    domain::{
        rows::{Bar, Fill, Signal},
        time::{DAY, HOUR, Timestamp},
    },
    pipeline::{Fed, PanelKey, Pipeline},
    store::{
        Store,
        anomalies::{self, AnomalyRef},
        error::Result,
        rows::{self, Position, Reach, Trade},
    },
};

/// Most rows of one subject that are read, whatever components ask for.
const MOST_ROWS: i64 = 300_000;

/// Days in which a session surely lies, weekends and holidays included: so many for each session, and so many more.
const DAYS_A_SESSION: i64 = 2;
const MORE_DAYS: i64 = 6;

/// How far back anomalies may be open: bars of a day five times over.
const LONGEST_OPEN: i64 = 6 * DAY;

/// How much of the past is read.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Depth {
    /// What determines the state of components.
    pub(super) memory: WarmUp,
    /// All rows of so long before the newest one, microseconds.
    pub(super) window: i64,
}

impl From<WarmUp> for Depth {
    fn from(memory: WarmUp) -> Self {
        Self { memory, window: 0 }
    }
}

impl Depth {
    /// Since when all rows before the newest one are read, if the number of rows does not say it.
    fn since(self, newest: i64) -> Option<Timestamp> {
        let sessions = i64::from(self.memory.sessions);
        let by_sessions = if sessions > 0 { (DAYS_A_SESSION * sessions + MORE_DAYS) * DAY } else { 0 };
        let back = by_sessions.max(self.window);
        (back > 0).then(|| Timestamp(newest - back))
    }
}

/// What the store knows about a symbol.
#[derive(Debug, Default)]
pub(super) struct SymbolPast {
    pub(super) bars: Vec<rows::Bar>,
    pub(super) signals: Vec<rows::Signal>,
    pub(super) open: Vec<Before<AnomalyRef>>,
}

/// What the store knows about a trader.
#[derive(Debug, Default)]
pub(super) struct TraderPast {
    pub(super) trades: Vec<Trade>,
    /// What the trader held before the first of them.
    pub(super) holds: Vec<Position>,
    pub(super) open: Vec<Before<AnomalyRef>>,
}

/// Reads what is needed of a symbol; `subject` is its id.
pub(super) async fn symbol(store: &Store, name: &str, subject: u32, depth: Depth) -> Result<SymbolPast> {
    let reach = Reach { rows: i64::from(depth.memory.rows).max(1) + 1, since: None };
    let mut bars: Vec<rows::Bar> = rows::recent_bars(store, name, reach).try_collect().await?;
    let newest = bars.last().map(|bar| bar.at.0);
    if let Some(since) = newest.and_then(|newest| depth.since(newest)) {
        let all = Reach { rows: MOST_ROWS, since: Some(since) };
        let by_sessions: Vec<rows::Bar> = rows::recent_bars(store, name, all).try_collect().await?;
        if by_sessions.len() > bars.len() {
            bars = by_sessions;
        }
    }
    let from = bars.first().map(|bar| bar.at);
    let reach = Reach { rows: MOST_ROWS, since: from };
    let signals: Vec<rows::Signal> = rows::recent_signals(store, name, reach).try_collect().await?;
    let newest = newest.max(signals.last().map(|signal| signal.at.0));
    let open = match newest {
        Some(newest) => anomalies::opened_about_symbol(store, name, Timestamp(newest - LONGEST_OPEN)).await?,
        None => Vec::new(),
    };
    Ok(SymbolPast { bars, signals, open: open.into_iter().map(|it| it.before(subject)).collect() })
}

/// Reads what is needed of a trader; `subject` is the trader's id.
pub(super) async fn trader(store: &Store, name: &str, subject: u32, depth: Depth) -> Result<TraderPast> {
    let reach = Reach { rows: i64::from(depth.memory.rows).max(1) + 1, since: None };
    let mut trades: Vec<Trade> = rows::recent_trades(store, name, reach).try_collect().await?;
    let Some(newest) = trades.last().map(|trade| trade.at.0) else { return Ok(TraderPast::default()) };
    let mut is_cut = trades.len() as i64 == reach.rows;
    if let Some(since) = depth.since(newest) {
        let all = Reach { rows: MOST_ROWS, since: Some(since) };
        let by_days: Vec<Trade> = rows::recent_trades(store, name, all).try_collect().await?;
        if by_days.len() > trades.len() {
            is_cut = by_days.len() as i64 == all.rows;
            trades = by_days;
        }
    }
    // What is held is known before a moment, not within it, so a moment that may be cut is left out.
    if is_cut && let Some(first) = trades.first().map(|trade| trade.at) {
        let rest = trades.partition_point(|trade| trade.at <= first);
        if rest < trades.len() {
            trades.drain(..rest);
        }
    }
    let from = trades.first().map_or(Timestamp(newest), |trade| trade.at);
    let holds = rows::positions(store, name, from).await?;
    let open =
        anomalies::opened_of_trader(store, name, Timestamp(newest - COOL_DOWN_BEHAVIOR - HOUR)).await?;
    Ok(TraderPast { trades, holds, open: open.into_iter().map(|it| it.before(subject)).collect() })
}

/// Rows of the past as components see them.
#[derive(Debug, Default)]
pub(crate) struct Past {
    pub(super) bars: Vec<Bar>,
    pub(super) signals: Vec<Signal>,
    pub(super) fills: Vec<Fill>,
}

impl Past {
    /// Goes through a symbol's past once more.
    pub(super) fn of_symbol(subjects: &mut Subjects, past: &SymbolPast) -> Self {
        let bars = past.bars.iter().map(|row| subjects.bar(row)).collect();
        let signals: Vec<Signal> = past.signals.iter().filter_map(|row| subjects.signal(row)).collect();
        for signal in &signals {
            subjects.heard(signal.symbol, signal.at);
        }
        Self { bars, signals, fills: Vec::new() }
    }

    /// Goes through a trader's past once more.
    pub(super) fn of_trader(subjects: &mut Subjects, past: &TraderPast) -> Self {
        let fills = past.trades.iter().map(|row| subjects.fill(row)).collect();
        Self { fills, ..Self::default() }
    }

    /// Shows it all to components in the order of time, and leaves open the panels that `stays_open` names.
    pub(super) fn replay(&self, pipeline: &mut Pipeline, stays_open: impl Fn(&PanelKey) -> bool) -> Vec<Fed> {
        let batches = slices(&self.bars, &self.signals, &self.fills);
        batches.map(|batch| pipeline.feed_and_close(&batch, |panel| !stays_open(panel))).collect()
    }
}

//! Other components learn what a worker's components know, beside them.

use std::{collections::HashSet, sync::Arc};

use super::{
    subjects::Subjects,
    warm::{self, Depth, Past},
    worker::{Prepared, start},
};
use crate::{
    detectors::{error::LoadError, manifest::WarmUp, plugin::Plugin},
    domain::{finding::Finding, time::DAY},
    pipeline::{PanelKey, Pipeline},
    store::{Store, error::Result},
};

/// A symbol or trader of a worker.
#[derive(Clone, Debug)]
pub(crate) struct Watched {
    pub(crate) name: String,
    id: u32,
    pub(crate) is_trader: bool,
    /// Time of the newest bar or fill that the worker took in, and of the newest signal.
    newest: (i64, i64),
    /// Ids of the fills of that moment.
    newest_fills: HashSet<String>,
    /// Session of the newest bar.
    session: u32,
}

/// How much of a past is asked for: what a state depends on, and all of the last `window` microseconds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Span {
    pub(crate) memory: WarmUp,
    pub(crate) window: i64,
}

/// What is asked about a symbol or trader.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Recall {
    id: u32,
    is_trader: bool,
    span: Span,
    /// The first row that is not asked for.
    end: u64,
}

/// Rows after which nothing more is told at once: copying so many takes as long as a batch.
const MOST_RECALLED: usize = 50_000;

/// What these components were shown about the first of the asked, as many as make it much.
pub(super) fn recall(asked: &[Recall], pipeline: &Pipeline) -> Vec<Past> {
    let (mut pasts, mut rows) = (Vec::new(), 0);
    for one in asked {
        if rows > MOST_RECALLED {
            break;
        }
        let past = one.from(pipeline);
        rows += past.bars.len() + past.fills.len();
        pasts.push(past);
    }
    pasts
}

impl Recall {
    fn from(self, pipeline: &Pipeline) -> Past {
        let Self { id, is_trader, span: Span { memory, window }, end } = self;
        let (bars, fills) = pipeline.memories();
        if is_trader {
            return Past { fills: fills.recent_of(id, memory, window, end), ..Past::default() };
        }
        Past { bars: bars.recent_of(id, memory, window, end), ..Past::default() }
    }
}

/// Components that are being warmed.
pub(crate) struct Warming {
    pipeline: Pipeline,
    subjects: Subjects,
    pending: HashSet<PanelKey>,
}

impl Prepared {
    /// What the worker watches.
    pub(crate) fn subjects(&self) -> Vec<Watched> {
        let subjects = &self.subjects;
        let symbols = subjects.watched.iter().map(|(&id, symbol)| Watched {
            name: subjects.symbols.name(id).to_owned(),
            id,
            is_trader: false,
            newest: (symbol.last_bar.unwrap_or(i64::MIN), symbol.newest()),
            newest_fills: HashSet::new(),
            session: symbol.session,
        });
        let traders = subjects.traders.iter().map(|(&id, trader)| Watched {
            name: subjects.users.name(id).to_owned(),
            id,
            is_trader: true,
            newest: (trader.last_at.unwrap_or(i64::MIN), i64::MIN),
            newest_fills: trader.newest_fills().map(str::to_owned).collect(),
            session: 0,
        });
        let mut all: Vec<Watched> = symbols.chain(traders).collect();
        all.sort_by(|a, b| a.name.cmp(&b.name));
        all
    }
}

impl Prepared {
    /// What to ask the worker about a symbol or trader.
    pub(crate) fn recall(&self, subject: &Watched, span: Span) -> Recall {
        let (next_bar, next_fill) = self.next;
        let end = if subject.is_trader { next_fill } else { next_bar };
        Recall { id: subject.id, is_trader: subject.is_trader, span, end }
    }

    /// Whether the worker's own histories of bars, or of fills, reach so far.
    pub(crate) fn knows(&self, is_trader: bool, span: Span) -> bool {
        let kept = if is_trader { self.memory.1 } else { self.memory.0 };
        kept.covers(span.memory) && i64::from(kept.sessions) * DAY >= span.window
    }
}

impl Past {
    /// Time of its last row, microseconds since 1970 UTC.
    pub(crate) fn newest(&self) -> i64 {
        let times = [
            self.bars.last().map(|row| row.known_at),
            self.signals.last().map(|row| row.at),
            self.fills.last().map(|row| row.at),
        ];
        times.into_iter().flatten().max().unwrap_or(0)
    }

    /// How many rows there are from a moment on.
    pub(crate) fn rows_since(&self, since: i64) -> u64 {
        let bars = self.bars.iter().filter(|row| row.known_at >= since).count();
        let signals = self.signals.iter().filter(|row| row.at >= since).count();
        let fills = self.fills.iter().filter(|row| row.at >= since).count();
        (bars + signals + fills) as u64
    }
}

impl Warming {
    /// Starts components that know nothing yet, for what a worker watches. Where they need more history than it keeps,
    /// theirs is about to be everybody's.
    pub(crate) fn start(
        prepared: &Prepared,
        plugins: &[Arc<Plugin>],
    ) -> std::result::Result<Self, LoadError> {
        let mut pipeline = start(plugins)?;
        let ((bars, fills), (kept_bars, kept_fills)) = (pipeline.memory(), prepared.memory);
        let missing = |kept: WarmUp, own: WarmUp| if kept.covers(own) { WarmUp::default() } else { kept };
        pipeline.remember((missing(kept_bars, bars), missing(kept_fills, fills)));
        Ok(Self { pipeline, subjects: prepared.subjects.anew(), pending: prepared.pending.clone() })
    }

    /// How much history of bars and of fills these components need.
    pub(crate) const fn memory(&self) -> (WarmUp, WarmUp) {
        self.pipeline.memory()
    }

    /// Reads a past, as the worker knew it.
    pub(crate) async fn read(&mut self, store: &Store, subject: &Watched, span: Span) -> Result<Past> {
        let depth = Depth { memory: span.memory, window: span.window };
        let (newest, newest_signal) = subject.newest;
        if subject.is_trader {
            let mut past = warm::trader(store, &subject.name, subject.id, depth).await?;
            past.trades.retain(|row| {
                let id = row.fill_id.as_deref().unwrap_or_default();
                row.at.0 < newest || (row.at.0 == newest && subject.newest_fills.contains(id))
            });
            self.subjects.watch_trader(&subject.name, &past.holds);
            return Ok(Past::of_trader(&mut self.subjects, &past));
        }
        let mut past = warm::symbol(store, &subject.name, subject.id, depth).await?;
        past.bars.retain(|row| row.at.0 <= newest);
        past.signals.retain(|row| row.at.0 <= newest_signal);
        self.subjects.watch(&subject.name);
        let mut seen = Past::of_symbol(&mut self.subjects, &past);
        // The worker has counted sessions for longer.
        let counted = seen.bars.last().map_or(0, |bar| bar.session);
        for bar in &mut seen.bars {
            bar.session = subject.session.saturating_sub(counted - bar.session);
        }
        Ok(seen)
    }

    /// Shows components a past, and gives what they say about it.
    pub(crate) fn replay(&mut self, past: &Past) -> Vec<Finding> {
        let pending = &self.pending;
        let fed = past.replay(&mut self.pipeline, |panel| pending.contains(panel));
        self.pipeline.take_skipped();
        fed.into_iter().flat_map(|fed| fed.findings).collect()
    }

    /// Components that know what the worker's know.
    pub(crate) fn finish(self) -> Pipeline {
        self.pipeline
    }
}

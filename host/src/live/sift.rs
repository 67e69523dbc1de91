//! Which rows of a batch are new, which were handed in before, and which come too late.

use std::collections::HashSet;

use super::{
    answer::{Ingested, Kind, Problem},
    part::{Numbered, Share},
    subjects::{Subjects, Symbol},
};
use crate::{
    config::LateRows,
    domain::{rows::Signal as Said, time::to_rfc3339},
    pipeline::{PanelKey, Pipeline},
    store::{
        Store,
        error::Result,
        rows::{self, Bar, Rows, Signal, Trade},
    },
};

/// Rows of a batch that are new.
#[derive(Debug, Default)]
pub(super) struct Sifted {
    /// Shown to components, by time within each symbol and trader.
    pub(super) fresh: Rows,
    /// Only kept.
    pub(super) late: Rows,
    /// What became of each part so far.
    pub(super) answers: Vec<Ingested>,
}

/// A row and the part that it is of.
struct Placed<R> {
    part: usize,
    place: u32,
    row: R,
}

/// Sifts a batch.
pub(super) async fn sift(
    mut shares: Vec<Share>,
    subjects: &mut Subjects,
    pipeline: &Pipeline,
    store: &Store,
    policy: LateRows,
) -> Result<Sifted> {
    let mut sifted =
        Sifted { answers: shares.iter().map(|_| Ingested::default()).collect(), ..Sifted::default() };
    let bars = take(&mut shares, |share| std::mem::take(&mut share.bars));
    sifted.bars(bars, subjects, store, policy).await?;
    let signals = take(&mut shares, |share| std::mem::take(&mut share.signals));
    sifted.signals(signals, subjects, pipeline, store, policy).await?;
    let trades = take(&mut shares, |share| std::mem::take(&mut share.trades));
    sifted.trades(trades, subjects, store, policy).await?;
    Ok(sifted)
}

fn take<R>(shares: &mut [Share], rows: impl Fn(&mut Share) -> Vec<Numbered<R>>) -> Vec<Placed<R>> {
    let numbered = shares.iter_mut().enumerate().flat_map(|(part, it)| {
        rows(it).into_iter().map(move |Numbered { place, row }| Placed { part, place, row })
    });
    numbered.collect()
}

impl Sifted {
    async fn bars(
        &mut self,
        mut bars: Vec<Placed<Bar>>,
        subjects: &Subjects,
        store: &Store,
        policy: LateRows,
    ) -> Result<()> {
        bars.sort_by(|a, b| (&a.row.symbol, a.row.at).cmp(&(&b.row.symbol, b.row.at)));
        let mut questions = Vec::new();
        let mut newest: Option<(String, i64)> = None;
        for bar in bars {
            let (symbol, at) = (bar.row.symbol.as_str(), bar.row.at.0);
            let last = match &newest {
                Some((before, last)) if before == symbol => Some(*last),
                _ => subjects.symbol(symbol).and_then(|known| known.last_bar),
            };
            if last == Some(at) {
                self.answers[bar.part].duplicates += 1;
            } else if last.is_some_and(|last| at < last) {
                questions.push(bar);
            } else {
                newest = Some((symbol.to_owned(), at));
                self.answers[bar.part].accepted += 1;
                self.fresh.bars.push(bar.row);
            }
        }
        if questions.is_empty() {
            return Ok(());
        }
        let asked: Vec<&Bar> = questions.iter().map(|bar| &bar.row).collect();
        let mut known = rows::known_bars(store, &asked).await?;
        for bar in questions {
            let key = (bar.row.symbol.clone(), bar.row.at);
            if known.contains(&key) {
                self.answers[bar.part].duplicates += 1;
            } else if self.is_late(Kind::Bars, &bar, bar.row.at.0, policy) {
                known.insert(key);
                self.late.bars.push(bar.row);
            }
        }
        Ok(())
    }

    async fn signals(
        &mut self,
        mut signals: Vec<Placed<Signal>>,
        subjects: &mut Subjects,
        pipeline: &Pipeline,
        store: &Store,
        policy: LateRows,
    ) -> Result<()> {
        signals.sort_by(|a, b| (&a.row.symbol, a.row.at).cmp(&(&b.row.symbol, b.row.at)));
        let mut heard: HashSet<(u32, i64, u8, Option<u32>)> = HashSet::new();
        let mut questions = Vec::new();
        for signal in signals {
            let Some(said) = subjects.signal(&signal.row) else {
                let reason = format!("algorithm {} is none of the 13", signal.row.algorithm);
                self.refuse(Kind::Signals, &signal, reason);
                continue;
            };
            let Said { at, symbol, user, seat, .. } = said;
            let moment = subjects.watched.get(&symbol).map_or(i64::MIN, Symbol::newest);
            if pipeline.is_closed(PanelKey { at, symbol, user }) || at < moment {
                questions.push((signal, said));
            } else if pipeline.has_heard(&said) || !heard.insert((symbol, at, seat, user)) {
                self.answers[signal.part].duplicates += 1;
            } else {
                self.answers[signal.part].accepted += 1;
                self.fresh.signals.push(signal.row);
            }
        }
        if questions.is_empty() {
            return Ok(());
        }
        let asked: Vec<&Signal> = questions.iter().map(|(signal, _)| &signal.row).collect();
        let known = rows::known_signals(store, &asked).await?;
        for (place, (signal, said)) in questions.into_iter().enumerate() {
            // From its next moment on, panels of this symbol wait for what is said from outside.
            subjects.heard(said.symbol, i64::MIN);
            if known.contains(&place) {
                self.answers[signal.part].duplicates += 1;
            } else if self.is_late(Kind::Signals, &signal, said.at, policy) {
                self.late.signals.push(signal.row);
            }
        }
        Ok(())
    }

    async fn trades(
        &mut self,
        mut trades: Vec<Placed<Trade>>,
        subjects: &Subjects,
        store: &Store,
        policy: LateRows,
    ) -> Result<()> {
        trades.sort_by(|a, b| (&a.row.user_id, a.row.at).cmp(&(&b.row.user_id, b.row.at)));
        let mut seen: HashSet<(String, i64, String)> = HashSet::new();
        let mut questions = Vec::new();
        for trade in trades {
            let (user, at) = (trade.row.user_id.as_str(), trade.row.at.0);
            let trader = subjects.trader(user);
            let id = trade.row.fill_id.as_deref().unwrap_or_default();
            if trader.is_some_and(|trader| trader.knows(at, id)) || !seen.insert((user.into(), at, id.into()))
            {
                self.answers[trade.part].duplicates += 1;
            } else if trader.and_then(|trader| trader.last_at).is_some_and(|last| at <= last) {
                questions.push(trade);
            } else {
                self.answers[trade.part].accepted += 1;
                self.fresh.trades.push(trade.row);
            }
        }
        if questions.is_empty() {
            return Ok(());
        }
        let asked: Vec<&Trade> = questions.iter().map(|trade| &trade.row).collect();
        let known = rows::known_trades(store, &asked).await?;
        for trade in questions {
            let id = trade.row.fill_id.clone().unwrap_or_default();
            let last = subjects.trader(&trade.row.user_id).and_then(|trader| trader.last_at);
            if known.contains(&(trade.row.user_id.clone(), trade.row.at, id)) {
                self.answers[trade.part].duplicates += 1;
            } else if last == Some(trade.row.at.0) {
                self.answers[trade.part].accepted += 1;
                self.fresh.trades.push(trade.row);
            } else if self.is_late(Kind::Trades, &trade, trade.row.at.0, policy) {
                self.late.trades.push(trade.row);
            }
        }
        Ok(())
    }

    /// Counts a late row, and says whether it is kept.
    fn is_late<R>(&mut self, kind: Kind, row: &Placed<R>, at: i64, policy: LateRows) -> bool {
        self.answers[row.part].late += 1;
        match policy {
            LateRows::Keep => true,
            LateRows::Reject => {
                let reason = format!(
                    "{} is late: newer rows of its subject were taken in already; `ingest.late = \"keep\"` keeps such rows",
                    to_rfc3339(at)
                );
                self.refuse(kind, row, reason);
                false
            }
        }
    }

    fn refuse<R>(&mut self, kind: Kind, row: &Placed<R>, reason: String) {
        self.answers[row.part].problems.push(Problem { kind, row: row.place, reason });
    }
}

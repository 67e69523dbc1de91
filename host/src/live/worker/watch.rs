//! Whose rows a worker takes in.

use std::collections::HashSet;

use futures::{StreamExt as _, TryStreamExt as _, stream};

use super::Worker;
use crate::{
    domain::time::HOUR,
    live::{
        error::IngestError,
        part::{Part, Share},
        warm::{self, Past},
    },
};

/// Pasts that are read at once.
const READS: usize = 4;

/// Symbols and traders without a row for so long may be forgotten, microseconds.
const IDLE: i64 = HOUR;

impl Worker {
    /// Makes sure that the past of all symbols and traders of these parts is known; parts that name one that cannot be
    /// had are given back.
    pub(super) async fn admit(&mut self, parts: Vec<Part>) -> (Vec<Part>, Vec<(Part, IngestError)>) {
        let (mut admitted, mut refused) = (Vec::with_capacity(parts.len()), Vec::new());
        let mut failed = None;
        for part in parts {
            let known = match &failed {
                None => self.know(&part.share).await,
                Some(error) => Err(IngestError::clone(error)),
            };
            match known {
                Ok(()) => admitted.push(part),
                Err(error) => {
                    // The others would wait for the same database in vain.
                    if matches!(error, IngestError::Store(_)) {
                        self.is_failing = true;
                        failed = Some(error.clone());
                    }
                    refused.push((part, error));
                }
            }
        }
        (admitted, refused)
    }

    /// Makes sure that the past of all that these rows are about is known.
    pub(super) async fn know(&mut self, share: &Share) -> Result<(), IngestError> {
        let symbols: HashSet<&str> =
            share.symbols().filter(|symbol| !self.subjects.watches(symbol)).collect();
        let traders: HashSet<&str> =
            share.traders().filter(|trader| !self.subjects.watches_trader(trader)).collect();
        if symbols.is_empty() && traders.is_empty() {
            return Ok(());
        }
        if self.subjects.len() + symbols.len() + traders.len() > self.setting.config.subjects.get() {
            self.forget_idle().await?;
            // Others of these may be forgotten too.
            let symbols = share.symbols().map(str::to_owned).collect::<HashSet<_>>();
            let traders = share.traders().map(str::to_owned).collect::<HashSet<_>>();
            return self.watch(symbols.into_iter().collect(), traders.into_iter().collect()).await;
        }
        let owned = |names: HashSet<&str>| names.into_iter().map(str::to_owned).collect();
        self.watch(owned(symbols), owned(traders)).await
    }

    /// Begins to watch symbols and traders that are not watched yet.
    pub(super) async fn watch(
        &mut self,
        mut symbols: Vec<String>,
        mut traders: Vec<String>,
    ) -> Result<(), IngestError> {
        symbols.retain(|symbol| !self.subjects.watches(symbol));
        traders.retain(|trader| !self.subjects.watches_trader(trader));
        let most = self.setting.config.subjects.get();
        if self.subjects.len() + symbols.len() + traders.len() > most {
            let subject = symbols.pop().or_else(|| traders.pop()).unwrap_or_default();
            return Err(IngestError::TooManySubjects { subject, most });
        }
        symbols.sort_unstable();
        traders.sort_unstable();
        self.setting.claims.take(&symbols, &traders).await?;
        let ((bars, fills), (for_bars, for_fills)) = (self.pipeline.memory(), self.needed);
        let (bars, fills) = (bars.longest(for_bars), fills.longest(for_fills));
        let store = self.setting.store.clone();
        let symbols: Vec<_> =
            symbols.into_iter().map(|name| (self.subjects.symbols.intern(&name), name)).collect();
        let traders: Vec<_> =
            traders.into_iter().map(|name| (self.subjects.users.intern(&name), name)).collect();
        let pasts: Vec<_> = stream::iter(symbols)
            .map(async |(id, name)| {
                warm::symbol(&store, &name, id, bars.into()).await.map(|past| (name, past))
            })
            .buffered(READS)
            .try_collect()
            .await?;
        for (name, past) in pasts {
            self.subjects.watch(&name);
            let seen = Past::of_symbol(&mut self.subjects, &past);
            self.remember_symbol(&name, seen);
            past.open.into_iter().for_each(|before| self.open.resume(before));
        }
        let pasts: Vec<_> = stream::iter(traders)
            .map(async |(id, name)| {
                warm::trader(&store, &name, id, fills.into()).await.map(|past| (name, past))
            })
            .buffered(READS)
            .try_collect()
            .await?;
        for (name, past) in pasts {
            self.subjects.watch_trader(&name, &past.holds);
            let seen = Past::of_trader(&mut self.subjects, &past);
            self.remember_trader(seen);
            past.open.into_iter().for_each(|before| self.open.resume(before));
        }
        self.pipeline.take_skipped();
        Ok(())
    }

    /// Makes room where many symbols and traders are idle: those are given back, and everything is forgotten; what goes
    /// on is read again. Does nothing where it would not help for long.
    async fn forget_idle(&mut self) -> Result<(), IngestError> {
        let (symbols, traders) = self.subjects.idle_since(self.now().0 - IDLE);
        if (symbols.len() + traders.len()) * 4 < self.subjects.len() {
            return Ok(());
        }
        if let Err(error) = self.judge_all().await {
            self.give_up(0, &error);
            return Err(error);
        }
        // Whatever becomes of the leases, the next row of each has to be admitted anew.
        self.start_over();
        self.setting.claims.release(&symbols, &traders).await?;
        tracing::info!("{} symbols and {} traders are idle and forgotten", symbols.len(), traders.len());
        Ok(())
    }
}

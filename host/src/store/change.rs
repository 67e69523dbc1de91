//! A change: rows, and the blocks that say what was done to them, in one transaction.
//!
//! Locks are taken in one order, so that changes never wait for each other in a circle: hosts, anomalies, decisions,
//! automation, outbox, actions, controls, notifications, recipients, and last of all the ledger's head, in
//! [`Change::commit`]. Blocks refer to records, which takes a share of their keys under the head's lock: so whoever
//! does not delete a row locks it `FOR NO KEY UPDATE`.

use std::ops::Range;

use serde::Serialize;
use sqlx::{PgConnection, Postgres, Transaction};
use uuid::Uuid;

use super::{
    error::Result,
    journal::{Committed, Journal},
    pseudonyms::Pseudonyms,
    tally::Decided,
};
use crate::{
    domain::{time::Timestamp, vocabulary::BlockType},
    ledger::block::Draft,
};

/// Statements of changes go by keys, so that one plan serves all their parameters. Left to itself Postgres plans them
/// anew each time, since it takes an array in a parameter for longer than it is; that costs more than running them. A
/// plan that was made while a table was small must not read all of it when it has grown. A plan that reads all of a
/// table in spite of that seems so dear that it would be compiled, which takes longer than all the rest.
const BEGIN: &str = "BEGIN; SET LOCAL plan_cache_mode = force_generic_plan; SET LOCAL enable_seqscan = off; \
                     SET LOCAL jit = off";

/// What a block is about, as links that may vanish with their records.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct About {
    /// Row of `anomaly_detections`.
    pub market_anomaly: Option<Uuid>,
    /// Row of `algorithm_conflicts`.
    pub conflict: Option<Uuid>,
    /// Row of `behavior_anomalies`.
    pub behavior: Option<Uuid>,
    /// Row of `anomaly_decisions`.
    pub decision: Option<Uuid>,
    /// Row of `action_executions`.
    pub action: Option<Uuid>,
    /// Row of `notifications`.
    pub notification: Option<Uuid>,
    /// Row of `backtest_runs`.
    pub backtest_run: Option<Uuid>,
}

impl About {
    /// About an anomaly of a symbol.
    pub fn market(id: Uuid) -> Self {
        Self { market_anomaly: Some(id), ..Self::default() }
    }

    /// About a conflict of algorithms.
    pub fn conflict(id: Uuid) -> Self {
        Self { conflict: Some(id), ..Self::default() }
    }

    /// About an anomaly of a trader.
    pub fn behavior(id: Uuid) -> Self {
        Self { behavior: Some(id), ..Self::default() }
    }
}

/// A block to be.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) draft: Draft,
    pub(super) about: About,
    /// Counted once it is committed.
    pub(super) decided: Option<Decided>,
}

/// A transaction that ends in blocks. Dropped before [`Self::commit`], nothing of it has happened.
#[must_use = "nothing is written before `commit`"]
pub struct Change<'a> {
    journal: &'a Journal,
    pub(super) transaction: Transaction<'static, Postgres>,
    pub(super) entries: Vec<Entry>,
    /// Held until the change ends.
    pub(super) pseudonyms: Pseudonyms,
    now: Timestamp,
}

impl<'a> Change<'a> {
    pub(super) async fn begin(journal: &'a Journal, now: Timestamp) -> Result<Self> {
        let transaction = journal.store().pool().begin_with(BEGIN).await?;
        Ok(Self { journal, transaction, entries: Vec::new(), pseudonyms: Pseudonyms::default(), now })
    }

    /// The moment of the change, which its rows and blocks carry.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// Dates the rest of the change, and its blocks, later.
    pub fn date(&mut self, now: Timestamp) {
        self.now = self.now.max(now);
    }

    /// Where the change is made.
    pub(super) const fn store(&self) -> &super::Store {
        self.journal.store()
    }

    /// Where statements of the change run.
    pub fn connection(&mut self) -> &mut PgConnection {
        &mut self.transaction
    }

    /// Adds a block.
    ///
    /// # Errors
    ///
    /// If the payload has no canonical form, since a number is not finite or an integer beyond 2^53.
    pub fn note(&mut self, kind: BlockType, payload: &impl Serialize, about: About) -> Result<()> {
        self.entries.push(Entry { draft: Draft::new(kind.name(), payload)?, about, decided: None });
        Ok(())
    }

    /// Says of the newest block that something was decided.
    pub(super) fn count(&mut self, decided: Decided) {
        if let Some(entry) = self.entries.last_mut() {
            entry.decided = Some(decided);
        }
    }

    /// Adds a block that is about no record.
    pub(super) fn note_draft(&mut self, draft: Draft) {
        self.entries.push(Entry { draft, about: About::default(), decided: None });
    }

    /// Blocks so far.
    pub(super) fn blocks(&self) -> usize {
        self.entries.len()
    }

    /// Remembers this point of the transaction.
    pub(super) async fn mark(&mut self) -> Result<()> {
        sqlx::query!("SAVEPOINT mark").execute(self.connection()).await?;
        Ok(())
    }

    /// Undoes everything since the mark, when there were `blocks` blocks.
    pub(super) async fn back_to_mark(&mut self, blocks: usize) -> Result<()> {
        sqlx::query!("ROLLBACK TO SAVEPOINT mark").execute(self.connection()).await?;
        self.entries.truncate(blocks);
        // What was locked since then is not held any more.
        self.pseudonyms = Pseudonyms::default();
        Ok(())
    }

    /// Makes it all durable, and gives the numbers of its blocks.
    ///
    /// # Errors
    ///
    /// If the database fails or the ledger cannot be continued. Nothing has happened then, unless the connection
    /// was lost during the commit itself.
    pub async fn commit(self) -> Result<Range<u64>> {
        let journal = self.journal;
        Ok(journal.keep(journal.append(self).await?))
    }

    /// Makes it all durable; whoever waits for that can be answered before the head is copied.
    ///
    /// # Errors
    ///
    /// As of [`Self::commit`].
    pub async fn commit_first(self) -> Result<Committed> {
        self.journal.append(self).await
    }
}

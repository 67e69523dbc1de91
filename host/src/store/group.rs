//! Group commit: what many ask for at the same time becomes one transaction, one signed head and one fsync.

use std::{ops::Range, sync::Arc};

use futures::future::BoxFuture;
use tokio::sync::{mpsc, oneshot};

use super::{
    change::Change,
    error::{Result, StoreError},
    journal::Journal,
};
use crate::domain::time::Timestamp;

/// Most blocks that a group waits for before it commits.
const BLOCKS: usize = 64;

/// Most requests that may wait; one more is refused.
const WAITING: usize = 1_024;

/// What a request becomes when its group's fate is known.
type Finish = Box<dyn FnOnce(std::result::Result<Range<u64>, Arc<StoreError>>) + Send>;

/// A request; nothing if it failed, in which case it has been answered.
type Work = Box<dyn for<'c> FnOnce(&'c mut Change<'_>) -> BoxFuture<'c, Option<Finish>> + Send>;

/// Where to hand in small changes.
#[derive(Clone)]
pub struct Group {
    queue: mpsc::Sender<Work>,
}

impl Group {
    /// Starts to commit in the background, until all handles are dropped. `clock` dates each group.
    pub fn start(journal: Journal, clock: fn() -> Timestamp) -> Self {
        let (queue, requests) = mpsc::channel(WAITING);
        tokio::spawn(commit_groups(journal, clock, requests));
        Self { queue }
    }

    /// Does `work` within the next group; answers what it gave and its blocks' numbers when that is durable. If
    /// `work` fails, nothing of it remains, and others in the group are not affected.
    ///
    /// # Errors
    ///
    /// Those of `work`, those of the commit, and [`StoreError::Overloaded`] if too many wait already.
    pub async fn submit<T, W>(&self, work: W) -> Result<(T, Range<u64>)>
    where
        T: Send + 'static,
        W: for<'c> FnOnce(&'c mut Change<'_>) -> BoxFuture<'c, Result<T>> + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        let work: Work = Box::new(move |change| {
            let doing = work(change);
            Box::pin(async move {
                match doing.await {
                    Ok(value) => Some(finish(answer, value)),
                    Err(error) => {
                        drop(answer.send(Err(error)));
                        None
                    }
                }
            })
        });
        self.queue.try_send(work).map_err(|_| StoreError::Overloaded)?;
        answered.await.unwrap_or(Err(StoreError::Abandoned))
    }
}

fn finish<T: Send + 'static>(answer: oneshot::Sender<Result<(T, Range<u64>)>>, value: T) -> Finish {
    Box::new(move |committed| {
        let outcome = committed.map(|blocks| (value, blocks)).map_err(StoreError::Group);
        // Nobody listens if the request was given up meanwhile.
        drop(answer.send(outcome));
    })
}

async fn commit_groups(journal: Journal, clock: fn() -> Timestamp, mut requests: mpsc::Receiver<Work>) {
    while let Some(first) = requests.recv().await {
        let mut waiting = Vec::new();
        let committed =
            commit_group(&journal, clock(), first, &mut requests, &mut waiting).await.map_err(Arc::new);
        for (finish, own) in waiting {
            let numbers = |all: &Range<u64>| all.start + own.start as u64..all.start + own.end as u64;
            finish(committed.as_ref().map(numbers).map_err(Arc::clone));
        }
    }
}

/// One group: what waits is done in one transaction until there are blocks enough.
async fn commit_group(
    journal: &Journal,
    now: Timestamp,
    first: Work,
    requests: &mut mpsc::Receiver<Work>,
    waiting: &mut Vec<(Finish, Range<usize>)>,
) -> Result<Range<u64>> {
    let mut change = journal.begin(now).await?;
    let mut next = Some(first);
    while let Some(work) = next {
        if let Some(done) = attempt(&mut change, work).await? {
            waiting.push(done);
        }
        next = if change.blocks() < BLOCKS { requests.try_recv().ok() } else { None };
    }
    change.commit().await
}

/// Does one request's work so that its failure leaves no trace.
async fn attempt(change: &mut Change<'_>, work: Work) -> Result<Option<(Finish, Range<usize>)>> {
    let before = change.blocks();
    change.mark().await?;
    match work(&mut *change).await {
        Some(finish) => Ok(Some((finish, before..change.blocks()))),
        None => change.back_to_mark(before).await.map(|()| None),
    }
}

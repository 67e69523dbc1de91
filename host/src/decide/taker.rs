//! Makes changes of what is handed in to the intake.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use tokio::{
    select,
    sync::mpsc,
    time::{sleep, timeout},
};
use tracing::{Instrument as _, Span};
use uuid::Uuid;

use super::{
    arrivals::Taken,
    desk::{Arrivals, Desk, Recorded},
    lane::Lanes,
    request::Request,
};
use crate::{
    domain::time::Timestamp,
    store::{
        change::Change,
        error::{Result, StoreError},
        journal::{Committed, Journal},
        leases,
        rows::{self, Rows},
    },
};

/// Weight after which a change takes in no more.
const WEIGHT: usize = 256;

/// Longest that arrivals wait for others that are about to come: a change costs about as much.
const GATHERS: Duration = Duration::from_millis(2);

/// Longest that a change is kept open until it is known what its rows come to. Whoever takes longer does not keep others
/// waiting: its rows are written once more, when that is known.
const PATIENCE: Duration = Duration::from_millis(100);

/// What takes in.
pub(super) struct Taker {
    pub(super) desk: Arc<Desk>,
    pub(super) journal: Journal,
    pub(super) clock: fn() -> Timestamp,
    pub(super) lanes: Arc<Lanes>,
    /// Where requests come again whose rows take long to be looked at.
    pub(super) queue: mpsc::WeakSender<Request>,
}

impl Taker {
    /// Takes in until nobody can hand in any more.
    pub(super) async fn run(self, mut requests: mpsc::Receiver<Request>) {
        while let Some(first) = requests.recv().await {
            let batch = gather(first, &mut requests, &self.lanes).await;
            let span = change_span(&batch);
            self.take_in(batch).instrument(span).await;
        }
    }

    /// All at once; where that fails, each by itself, so that nobody suffers from what another handed in, and without
    /// those that are waited for in vain.
    async fn take_in(&self, mut batch: Vec<Request>) {
        match self.take(&mut batch).await {
            Ok((recorded, committed)) => {
                let taken = Taken { recorded, blocks: committed.blocks.clone() };
                for request in batch {
                    request.reply_part(&taken);
                }
                self.journal.keep(committed);
            }
            // Nobody knows whether it was committed, and findings must not count twice.
            Err(Failure::Commit(error)) => {
                let error = Arc::new(error);
                for request in batch {
                    request.reply(Err(StoreError::Uncertain(Arc::clone(&error))));
                }
            }
            Err(Failure::Late) => {
                let (known, late): (Vec<_>, Vec<_>) = batch.into_iter().partition(Request::is_known);
                for request in late {
                    tokio::spawn(request.come_again(self.queue.clone()));
                }
                if !known.is_empty() {
                    Box::pin(self.take_in(known)).await;
                }
            }
            Err(Failure::Before(error)) if batch.len() == 1 => {
                let mut error = Some(error);
                for request in batch {
                    request.reply(Err(error.take().unwrap_or(StoreError::Abandoned)));
                }
            }
            Err(Failure::Before(error)) => {
                tracing::warn!("a batch of {} is taken in one by one: {error}", batch.len());
                for request in batch {
                    Box::pin(self.take_in(vec![request])).await;
                }
            }
        }
    }

    /// One change: rows first, and then what they come to, which takes as long to find out.
    async fn take(&self, batch: &mut [Request]) -> std::result::Result<(Recorded, Committed), Failure> {
        let mut change = self.journal.begin((self.clock)()).await.map_err(Failure::Before)?;
        keep(&mut change, batch).await.map_err(Failure::Before)?;
        let Ok(arrivals) = timeout(PATIENCE, arrivals(batch)).await else { return Err(Failure::Late) };
        let arrivals = arrivals.map_err(Failure::Before)?;
        // What is decided now is dated now.
        change.date((self.clock)());
        let recorded = self.desk.take(&mut change, &arrivals).await.map_err(Failure::Before)?;
        let committed = change.commit_first().await.map_err(Failure::Commit)?;
        Ok((recorded, committed))
    }
}

/// What becomes one change: what waits, and what is about to come on other lanes.
async fn gather(first: Request, requests: &mut mpsc::Receiver<Request>, lanes: &Lanes) -> Vec<Request> {
    let deadline = sleep(GATHERS);
    tokio::pin!(deadline);
    let mut weight = first.weight();
    let mut batch = vec![first];
    while weight < WEIGHT {
        let next = match requests.try_recv() {
            Ok(next) => Some(next),
            Err(_) if !lanes.expect_more(&batch.iter().map(|request| &request.lane)) => break,
            Err(_) => select! {
                next = requests.recv() => next,
                () = lanes.arrived() => continue,
                () = &mut deadline => None,
            },
        };
        let Some(next) = next else { break };
        weight += next.weight();
        batch.push(next);
    }
    batch
}

/// A part of the first request's trace, to which the others point.
fn change_span(batch: &[Request]) -> Span {
    let mut spans = batch.iter().map(|request| &request.span);
    let first = spans.next().and_then(Span::id);
    let span = tracing::info_span!(parent: first, "change", requests = batch.len());
    for other in spans {
        span.follows_from(other);
    }
    span
}

/// Why arrivals are not recorded, or not known to be.
enum Failure {
    /// Nothing was committed.
    Before(StoreError),
    /// Nothing was committed, since it is not known yet what some rows come to.
    Late,
    /// The commit failed, or its answer was lost.
    Commit(StoreError),
}

/// Writes the rows of all, if whoever handed them in still may.
async fn keep(change: &mut Change<'_>, batch: &[Request]) -> Result<()> {
    let fences: BTreeSet<Uuid> = batch.iter().flat_map(|request| &request.delivery.fences).copied().collect();
    for incarnation in fences {
        leases::fence(change, incarnation).await?;
    }
    let mut delivered = Rows::default();
    for request in batch {
        delivered.extend(&request.delivery.rows);
    }
    rows::insert(change, &delivered).await
}

/// What the rows of all come to.
async fn arrivals(batch: &mut [Request]) -> Result<Arrivals> {
    let mut all = Arrivals::default();
    for request in batch {
        all.extend(request.arrivals().await?.clone());
    }
    Ok(all)
}

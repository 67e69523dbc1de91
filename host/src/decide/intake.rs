//! Where many hand in arrivals at the same time: what waits, and what is announced, becomes one change, one signed head
//! and one fsync. A host that has several intakes hands in what is about one subject by the same one, so that it stays
//! in its order.

use std::{
    collections::HashSet,
    ops::Range,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::{
    sync::{mpsc, oneshot},
    time::{Instant, timeout_at},
};
use tracing::{Instrument as _, Span};
use uuid::Uuid;

use super::desk::{Arrivals, Desk, Recorded};
use crate::{
    domain::time::Timestamp,
    store::{
        error::{Result, StoreError},
        journal::Journal,
        leases,
    },
};

/// Most arrivals that may wait; one more is refused.
const WAITING: usize = 1_024;

/// Anomalies after which a change takes in no more.
const ANOMALIES: usize = 256;

/// Rows of input that weigh as much as an anomaly: so much faster they are written.
const ROWS_AN_ANOMALY: usize = 64;

/// Longest that arrivals wait for others that are about to come: a change costs about as much.
const GATHERS: Duration = Duration::from_millis(2);

/// Where to hand in arrivals.
#[derive(Clone)]
pub struct Intake {
    queue: mpsc::Sender<Request>,
    announced: Arc<AtomicUsize>,
}

/// Says that arrivals are about to be handed in, so that others wait a little for them; until it is dropped.
pub struct Announced(Arc<AtomicUsize>);

impl Drop for Announced {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

struct Request {
    arrivals: Arrivals,
    span: Span,
    answer: oneshot::Sender<Result<Taken>>,
}

/// What became of arrivals that are committed.
#[derive(Clone, Debug, PartialEq)]
pub struct Taken {
    /// What was recorded about them.
    pub recorded: Recorded,
    /// Blocks of the change that they were part of.
    pub blocks: Range<u64>,
}

impl Intake {
    /// Starts to take in, until all handles are dropped. `clock` dates each change.
    pub fn start(desk: Arc<Desk>, journal: Journal, clock: fn() -> Timestamp) -> Self {
        let (queue, requests) = mpsc::channel(WAITING);
        let announced = Arc::new(AtomicUsize::new(0));
        tokio::spawn(take_in(desk, journal, clock, requests, Arc::clone(&announced)));
        Self { queue, announced }
    }

    /// Says that arrivals are about to be handed in.
    pub fn announce(&self) -> Announced {
        self.announced.fetch_add(1, Ordering::Relaxed);
        Announced(Arc::clone(&self.announced))
    }

    /// Hands in arrivals, and answers when what was recorded about them is durable.
    ///
    /// # Errors
    ///
    /// If the database fails, in which case nothing of them remains; [`StoreError::Overloaded`] if too many wait
    /// already.
    pub fn submit(&self, arrivals: Arrivals) -> impl Future<Output = Result<Taken>> + Send + use<> {
        let (answer, answered) = oneshot::channel();
        let handed_in = self.queue.try_send(Request { arrivals, span: Span::current(), answer });
        async move {
            handed_in.map_err(|_| StoreError::Overloaded)?;
            answered.await.unwrap_or(Err(StoreError::Abandoned))
        }
    }
}

async fn take_in(
    desk: Arc<Desk>,
    journal: Journal,
    clock: fn() -> Timestamp,
    mut requests: mpsc::Receiver<Request>,
    announced: Arc<AtomicUsize>,
) {
    while let Some(first) = requests.recv().await {
        let batch = gather(first, &mut requests, &announced).await;
        let span = change_span(&batch);
        take_batch(&desk, &journal, clock, batch).instrument(span).await;
    }
}

/// What becomes one change: what waits, and what is about to come.
async fn gather(
    first: Request,
    requests: &mut mpsc::Receiver<Request>,
    announced: &AtomicUsize,
) -> Vec<Request> {
    let deadline = Instant::now() + GATHERS;
    let mut weight = first.weight();
    let mut batch = vec![first];
    while weight < ANOMALIES {
        let next = match requests.try_recv() {
            Ok(next) => Some(next),
            Err(_) if announced.load(Ordering::Relaxed) == 0 => None,
            Err(_) => timeout_at(deadline, requests.recv()).await.ok().flatten(),
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

/// All at once; where that fails, each by itself, so that nobody suffers from what another handed in.
async fn take_batch(desk: &Desk, journal: &Journal, clock: fn() -> Timestamp, batch: Vec<Request>) {
    if let [_] = batch.as_slice() {
        for request in batch {
            let taken = take(desk, journal, clock(), &request.arrivals).await;
            request.reply(taken.map_err(StoreError::from));
        }
        return;
    }
    match take(desk, journal, clock(), &merged(&batch)).await {
        Ok(taken) => batch.into_iter().for_each(|request| request.reply_part(&taken)),
        // Nobody knows whether it was committed, and findings must not count twice.
        Err(Failure::Commit(error)) => {
            let error = Arc::new(error);
            for request in batch {
                request.reply(Err(StoreError::Uncertain(Arc::clone(&error))));
            }
        }
        Err(Failure::Before(error)) => {
            tracing::warn!("a batch of {} is taken in one by one: {error}", batch.len());
            for request in batch {
                let taken = take(desk, journal, clock(), &request.arrivals).await;
                request.reply(taken.map_err(StoreError::from));
            }
        }
    }
}

/// Why arrivals are not recorded, or not known to be.
enum Failure {
    /// Nothing was committed.
    Before(StoreError),
    /// The commit failed, or its answer was lost.
    Commit(StoreError),
}

impl From<Failure> for StoreError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Before(error) => error,
            Failure::Commit(error) => Self::Uncertain(Arc::new(error)),
        }
    }
}

async fn take(
    desk: &Desk,
    journal: &Journal,
    now: Timestamp,
    arrivals: &Arrivals,
) -> std::result::Result<Taken, Failure> {
    let mut change = journal.begin(now).await.map_err(Failure::Before)?;
    for &incarnation in &arrivals.fences {
        leases::fence(&mut change, incarnation).await.map_err(Failure::Before)?;
    }
    let recorded = desk.take(&mut change, arrivals).await.map_err(Failure::Before)?;
    let blocks = change.commit().await.map_err(Failure::Commit)?;
    Ok(Taken { recorded, blocks })
}

fn merged(batch: &[Request]) -> Arrivals {
    let mut merged = Arrivals::default();
    for request in batch {
        merged.fences.extend(&request.arrivals.fences);
        merged.rows.extend(&request.arrivals.rows);
        merged.opened.extend_from_slice(&request.arrivals.opened);
        merged.later.extend_from_slice(&request.arrivals.later);
    }
    merged
}

impl Request {
    fn weight(&self) -> usize {
        let rows = self.arrivals.rows.len() / ROWS_AN_ANOMALY;
        rows + self.arrivals.opened.len() + self.arrivals.later.len()
    }

    fn reply(self, taken: Result<Taken>) {
        // Nobody listens if it was given up meanwhile.
        drop(self.answer.send(taken));
    }

    /// Answers with what is about its own anomalies.
    fn reply_part(self, taken: &Taken) {
        let opened = self.arrivals.opened.iter().map(|anomaly| anomaly.reference().id());
        let later = self.arrivals.later.iter().map(|later| later.anomaly.id());
        let own: HashSet<Uuid> = opened.chain(later).collect();
        let recorded = taken.recorded.about(&own);
        self.reply(Ok(Taken { recorded, blocks: taken.blocks.clone() }));
    }
}

//! Where many hand in arrivals at the same time: what waits, and what is announced, becomes one change, one signed head
//! and one fsync. A host that has several intakes hands in what is about one subject by the same one, so that it stays
//! in its order.

use std::{
    collections::{BTreeSet, HashSet},
    ops::Range,
    sync::Arc,
    time::Duration,
};

use tokio::{
    select,
    sync::{mpsc, oneshot},
    time::sleep,
};
use tracing::{Instrument as _, Span};
use uuid::Uuid;

pub use super::lane::Announced;
use super::{
    desk::{Arrivals, Delivery, Desk, Recorded},
    lane::{Lanes, UnderWay},
};
use crate::{
    domain::time::Timestamp,
    store::{
        change::Change,
        error::{Result, StoreError},
        journal::Journal,
        leases,
        rows::{self, Rows},
    },
};

/// Most arrivals that may wait; one more is refused.
const WAITING: usize = 1_024;

/// Weight after which a change takes in no more.
const WEIGHT: usize = 256;

/// Rows of input that weigh as much as a request: so much faster they are written than what is found in them.
const ROWS_A_REQUEST: usize = 64;

/// Longest that arrivals wait for others that are about to come: a change costs about as much.
const GATHERS: Duration = Duration::from_millis(2);

/// Where arrivals are handed in.
#[derive(Clone)]
pub struct Intake {
    queue: mpsc::Sender<Request>,
    lanes: Arc<Lanes>,
}

/// Where one hands in arrivals, and the next ones when these are answered.
#[derive(Clone)]
pub struct Lane {
    intake: Intake,
    under_way: UnderWay,
}

/// Rows that are being written, of which it is not known yet what they come to.
pub struct Begun {
    arrivals: oneshot::Sender<Arrivals>,
    answered: oneshot::Receiver<Result<Taken>>,
}

struct Request {
    delivery: Delivery,
    arrivals: Coming,
    lane: UnderWay,
    span: Span,
    answer: oneshot::Sender<Result<Taken>>,
}

/// What rows come to, once that is known.
enum Coming {
    Awaited(oneshot::Receiver<Arrivals>),
    Known(Arrivals),
    /// Whoever handed in the rows has given up.
    Never,
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
        let lanes = Arc::new(Lanes::default());
        tokio::spawn(take_in(desk, journal, clock, requests, Arc::clone(&lanes)));
        Self { queue, lanes }
    }

    /// Another lane.
    pub fn lane(&self) -> Lane {
        Lane { intake: self.clone(), under_way: self.lanes.open() }
    }
}

impl Lane {
    /// Says that arrivals are about to be handed in here, so that others wait a little for them.
    pub fn announce(&self) -> Announced {
        self.intake.lanes.announce(&self.under_way)
    }

    /// Hands in rows, which are written while it is being found out what they come to.
    ///
    /// # Errors
    ///
    /// [`StoreError::Overloaded`] if too many wait already.
    pub fn begin(&self, delivery: Delivery) -> Result<Begun> {
        let (arrivals, coming) = oneshot::channel();
        let (answer, answered) = oneshot::channel();
        let request = Request {
            delivery,
            arrivals: Coming::Awaited(coming),
            lane: self.under_way.clone(),
            span: Span::current(),
            answer,
        };
        self.intake.queue.try_send(request).map_err(|_| StoreError::Overloaded)?;
        Ok(Begun { arrivals, answered })
    }

    /// Hands in rows with what they come to, and answers when that is durable.
    ///
    /// # Errors
    ///
    /// As of [`Self::begin`] and [`Begun::finish`].
    pub async fn submit(&self, delivery: Delivery, arrivals: Arrivals) -> Result<Taken> {
        self.begin(delivery)?.finish(arrivals).await
    }
}

impl Begun {
    /// Says what the rows come to, and answers when both are durable. Dropped before that, nothing of them remains.
    ///
    /// # Errors
    ///
    /// If the database fails, in which case nothing of them remains.
    pub async fn finish(self, arrivals: Arrivals) -> Result<Taken> {
        // Who does not listen any more has answered.
        drop(self.arrivals.send(arrivals));
        self.answered.await.unwrap_or(Err(StoreError::Abandoned))
    }
}

async fn take_in(
    desk: Arc<Desk>,
    journal: Journal,
    clock: fn() -> Timestamp,
    mut requests: mpsc::Receiver<Request>,
    lanes: Arc<Lanes>,
) {
    while let Some(first) = requests.recv().await {
        let batch = gather(first, &mut requests, &lanes).await;
        let span = change_span(&batch);
        take_batch(&desk, &journal, clock, batch).instrument(span).await;
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

/// All at once; where that fails, each by itself, so that nobody suffers from what another handed in.
async fn take_batch(desk: &Desk, journal: &Journal, clock: fn() -> Timestamp, mut batch: Vec<Request>) {
    match take(desk, journal, clock(), &mut batch).await {
        Ok(taken) => batch.into_iter().for_each(|request| request.reply_part(&taken)),
        // Nobody knows whether it was committed, and findings must not count twice.
        Err(Failure::Commit(error)) => {
            let error = Arc::new(error);
            for request in batch {
                request.reply(Err(StoreError::Uncertain(Arc::clone(&error))));
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
            for mut request in batch {
                let taken = take(desk, journal, clock(), std::slice::from_mut(&mut request)).await;
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

/// One change: rows first, and then what they come to, which takes as long to find out.
async fn take(
    desk: &Desk,
    journal: &Journal,
    now: Timestamp,
    batch: &mut [Request],
) -> std::result::Result<Taken, Failure> {
    let mut change = journal.begin(now).await.map_err(Failure::Before)?;
    let recorded = record(desk, &mut change, batch).await.map_err(Failure::Before)?;
    let blocks = change.commit().await.map_err(Failure::Commit)?;
    Ok(Taken { recorded, blocks })
}

async fn record(desk: &Desk, change: &mut Change<'_>, batch: &mut [Request]) -> Result<Recorded> {
    let fences: BTreeSet<Uuid> = batch.iter().flat_map(|request| &request.delivery.fences).copied().collect();
    for incarnation in fences {
        leases::fence(change, incarnation).await?;
    }
    let mut delivered = Rows::default();
    for request in &*batch {
        delivered.extend(&request.delivery.rows);
    }
    rows::insert(change, &delivered).await?;
    let mut arrivals = Arrivals::default();
    for request in batch {
        arrivals.extend(request.arrivals().await?.clone());
    }
    desk.take(change, &arrivals).await
}

impl Request {
    /// What its rows come to.
    async fn arrivals(&mut self) -> Result<&Arrivals> {
        if let Coming::Awaited(coming) = &mut self.arrivals {
            self.arrivals = coming.await.map_or(Coming::Never, Coming::Known);
        }
        match &self.arrivals {
            Coming::Known(arrivals) => Ok(arrivals),
            Coming::Awaited(_) | Coming::Never => Err(StoreError::Abandoned),
        }
    }

    fn weight(&self) -> usize {
        self.delivery.rows.len() / ROWS_A_REQUEST + 1
    }

    fn reply(self, taken: Result<Taken>) {
        // Nobody listens if it was given up meanwhile.
        drop(self.answer.send(taken));
    }

    /// Answers with what is about its own anomalies.
    fn reply_part(self, taken: &Taken) {
        let Coming::Known(arrivals) = &self.arrivals else { return };
        let opened = arrivals.opened.iter().map(|anomaly| anomaly.reference().id());
        let later = arrivals.later.iter().map(|later| later.anomaly.id());
        let own: HashSet<Uuid> = opened.chain(later).collect();
        let recorded = taken.recorded.about(&own);
        self.reply(Ok(Taken { recorded, blocks: taken.blocks.clone() }));
    }
}

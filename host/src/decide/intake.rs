//! Where many hand in arrivals at the same time: what waits, and what is announced, becomes one change, one signed head
//! and one fsync. A host that has several intakes hands in what is about one subject by the same one, so that it stays
//! in its order.

use std::{
    collections::{BTreeSet, HashSet},
    io,
    ops::Range,
    sync::Arc,
    time::Duration,
};

use tokio::{
    runtime, select,
    sync::{mpsc, oneshot},
    time::{sleep, timeout},
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
    vital::Vital,
};

/// Most arrivals that may wait; one more is refused.
const WAITING: usize = 1_024;

/// One change at a time is written; while a connection is made ready again, the next change has the other.
const CONNECTIONS: u32 = 2;

/// Weight after which a change takes in no more.
const WEIGHT: usize = 256;

/// Rows of input that weigh as much as a request: so much faster they are written than what is found in them.
const ROWS_A_REQUEST: usize = 64;

/// Longest that arrivals wait for others that are about to come: a change costs about as much.
const GATHERS: Duration = Duration::from_millis(2);

/// Longest that a change is kept open until it is known what its rows come to. Whoever takes longer does not keep others
/// waiting: its rows are written once more, when that is known.
const PATIENCE: Duration = Duration::from_millis(100);

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
    /// Starts to take in, on a thread and through connections of its own, until all handles are dropped. A change is a
    /// dozen round trips to the database, one after another; a thread that has nothing else to do loses no time between
    /// them. The thread is a vital one. `clock` dates each change.
    ///
    /// # Errors
    ///
    /// If the system has no thread left.
    pub fn start(
        desk: Arc<Desk>,
        journal: &Journal,
        clock: fn() -> Timestamp,
        vital: &Vital,
    ) -> io::Result<Self> {
        let (queue, requests) = mpsc::channel(WAITING);
        let lanes = Arc::new(Lanes::default());
        let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
        let (journal, again) = (journal.apart(CONNECTIONS), queue.downgrade());
        let taker = Taker { desk, journal, clock, lanes: Arc::clone(&lanes), queue: again };
        vital.spawn("intake", move || runtime.block_on(taker.run(requests)))?;
        Ok(Self { queue, lanes })
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

/// What takes in.
struct Taker {
    desk: Arc<Desk>,
    journal: Journal,
    clock: fn() -> Timestamp,
    lanes: Arc<Lanes>,
    /// Where requests come again whose rows take long to be looked at.
    queue: mpsc::WeakSender<Request>,
}

impl Taker {
    async fn run(self, mut requests: mpsc::Receiver<Request>) {
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
            Ok(taken) => batch.into_iter().for_each(|request| request.reply_part(&taken)),
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
    async fn take(&self, batch: &mut [Request]) -> std::result::Result<Taken, Failure> {
        let mut change = self.journal.begin((self.clock)()).await.map_err(Failure::Before)?;
        keep(&mut change, batch).await.map_err(Failure::Before)?;
        let Ok(arrivals) = timeout(PATIENCE, arrivals(batch)).await else { return Err(Failure::Late) };
        let arrivals = arrivals.map_err(Failure::Before)?;
        // What is decided now is dated now.
        change.date((self.clock)());
        let recorded = self.desk.take(&mut change, &arrivals).await.map_err(Failure::Before)?;
        let blocks = change.commit().await.map_err(Failure::Commit)?;
        Ok(Taken { recorded, blocks })
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

impl Request {
    fn is_known(&self) -> bool {
        matches!(self.arrivals, Coming::Known(_) | Coming::Never)
    }

    /// Is handed in once more when it is known what its rows come to.
    async fn come_again(mut self, queue: mpsc::WeakSender<Self>) {
        if let Err(error) = self.arrivals().await {
            return self.reply(Err(error));
        }
        let Some(queue) = queue.upgrade() else { return self.reply(Err(StoreError::Abandoned)) };
        if let Err(refused) = queue.try_send(self) {
            refused.into_inner().reply(Err(StoreError::Overloaded));
        }
    }

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

//! Where many hand in arrivals at the same time: what waits, and what is announced, becomes one change, one signed head
//! and one fsync. A host that has several intakes hands in what is about one subject by the same one, so that it stays
//! in its order.

use std::{io, sync::Arc};

use tokio::{
    runtime,
    sync::{mpsc, oneshot},
};
use tracing::Span;

pub use super::{arrivals::Taken, lane::Announced};
use super::{
    desk::{Arrivals, Delivery, Desk},
    lane::{Lanes, UnderWay},
    request::{Coming, Request},
    taker::Taker,
};
use crate::{
    domain::time::Timestamp,
    store::{
        error::{Result, StoreError},
        journal::Journal,
    },
    vital::Vital,
};

/// Most arrivals that may wait; one more is refused.
const WAITING: usize = 1_024;

/// One change at a time is written; while a connection is made ready again, the next change has the other.
const CONNECTIONS: u32 = 2;

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

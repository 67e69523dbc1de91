//! What happens, in the ledger's order, to any number of subscribers.
//!
//! One task follows the ledger: it hears of new blocks, and looks for some each second besides. It reads the records
//! that blocks are about once for all subscribers, and puts them into the queues of those who want them. A subscriber
//! that resumes reads what it has not seen from the database, page by page and at its own pace, before it gets a queue.
//! A queue that is full takes in nothing more: the subscriber gets what is in it, then how much it missed and from
//! where to resume, and that is all.

mod event;
mod follow;
mod hub;
mod interest;
mod latest;
mod load;
mod subscription;

use std::sync::Arc;

use tokio::sync::Semaphore;
use tokio_util::{
    sync::CancellationToken,
    task::{AbortOnDropHandle, TaskTracker},
};

use crate::{
    config::SubscriptionsConfig,
    service::ServiceError,
    store::{Store, error::StoreError, feed},
};
pub use hub::FeedFigures;
use hub::Hub;

pub use event::{Event, Record, Topic};
pub use interest::{
    ActionInterest, AnomalyInterest, BlockInterest, DecisionInterest, Interest, NotificationInterest,
};
pub use latest::Latest;
pub use subscription::{Delivery, Subscription};

/// How many read the past from the database at the same time.
const READERS: usize = 2;

/// Where to subscribe. Clones are the same feed.
#[derive(Clone)]
pub struct Feed {
    store: Store,
    hub: Arc<Hub>,
    readers: Arc<Semaphore>,
    queue: usize,
    closed: CancellationToken,
    attending: TaskTracker,
    _tasks: Arc<[AbortOnDropHandle<()>; 2]>,
}

impl Feed {
    /// Follows the ledger of a store from now on, as long as any clone of the feed is there.
    ///
    /// # Errors
    ///
    /// If the database fails.
    pub async fn start(store: &Store, config: &SubscriptionsConfig) -> Result<Self, StoreError> {
        let hub = Arc::new(Hub::new(feed::size(store).await?));
        let closed = CancellationToken::new();
        let tasks = follow::start(store, &hub, &closed);
        Ok(Self {
            store: store.clone(),
            hub,
            readers: Arc::new(Semaphore::new(READERS)),
            queue: config.queue.get() as usize,
            closed,
            attending: TaskTracker::new(),
            _tasks: Arc::new(tasks),
        })
    }

    /// What is of interest from now on, or after the block of a number: with what happened since then first, and
    /// without gap or repetition.
    ///
    /// # Errors
    ///
    /// [`ServiceError::Invalid`] if there is no such block yet, [`ServiceError::Expired`] if some of what happened since
    /// then is not kept any more; or the database fails.
    pub async fn subscribe(
        &self,
        interest: Interest,
        start_after: Option<u64>,
    ) -> Result<Subscription, ServiceError> {
        Subscription::open(self.clone(), interest, start_after).await
    }

    /// What subscribers were handed so far.
    pub fn figures(&self) -> FeedFigures {
        self.hub.figures()
    }

    /// Ends all subscriptions, after what is in their queues.
    pub fn close(&self) {
        self.closed.cancel();
        self.hub.clear();
    }

    /// The same task, waited for by [`Self::ended`]: one that passes on what happens, or finishes what was asked for.
    pub fn attend<F: Future>(&self, task: F) -> impl Future<Output = F::Output> + use<F> {
        self.attending.track_future(task)
    }

    /// Done when the feed is closed and nobody attends to it any more.
    pub async fn ended(&self) {
        self.closed.cancelled().await;
        self.attending.close();
        self.attending.wait().await;
    }

    /// Done when the feed is closed.
    pub fn closed(&self) -> impl Future<Output = ()> + Send + 'static {
        self.closed.clone().cancelled_owned()
    }
}

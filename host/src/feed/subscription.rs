use std::{collections::VecDeque, ops::Range, sync::Arc};

use futures::{Stream, stream};
use tokio_util::task::AbortOnDropHandle;

use super::{
    Feed,
    event::Event,
    hub::{Happened, Queue},
    interest::Interest,
    load::load,
};
use crate::{service::ServiceError, store::feed};

/// Blocks of the past that are read at once.
const PAGE: u64 = 250;

/// What a subscriber gets.
#[derive(Clone, Debug)]
pub enum Delivery {
    /// Something of interest happened.
    Item(Arc<Event>),
    /// More happened than the subscriber took. It is the last that is delivered.
    Lagged {
        /// How many events were left out so far.
        missed: u64,
        /// Everything of interest up to the block of this number was delivered.
        resume_after: u64,
    },
}

/// What is of interest to somebody, from some block on.
pub struct Subscription {
    feed: Feed,
    interest: Interest,
    /// The first block of the past that is not read yet.
    next: u64,
    /// Blocks that were there at first; they are all of the past.
    size: u64,
    /// What was read of the past and is not delivered yet.
    past: VecDeque<Arc<Event>>,
    /// What happens now; `None` while there is much of the past to read.
    queue: Option<Queue>,
}

impl Subscription {
    pub(super) async fn open(
        feed: Feed,
        interest: Interest,
        start_after: Option<u64>,
    ) -> Result<Self, ServiceError> {
        let Some(number) = start_after else {
            let queue = feed.hub.subscribe(interest.clone(), 0, feed.queue);
            let next = queue.from();
            return Ok(Self { feed, interest, next, size: 0, past: VecDeque::new(), queue: Some(queue) });
        };
        let size = feed::size(&feed.store).await?;
        if number >= size {
            let reason = format!("there is no block {number} yet; the newest is {}", size.saturating_sub(1));
            return Err(ServiceError::invalid("startAfter", reason));
        }
        let mut subscription =
            Self { feed, interest, next: number + 1, size, past: VecDeque::new(), queue: None };
        if let Some(page) = subscription.page() {
            subscription.read(page).await?;
        }
        Ok(subscription)
    }

    /// Everything that is delivered, in the order of the ledger. It ends after an error, after
    /// [`Delivery::Lagged`], and when the feed is closed.
    pub fn into_stream(self) -> impl Stream<Item = Result<Delivery, ServiceError>> + Send {
        stream::unfold(Some(self), async |subscription| {
            let mut subscription = subscription?;
            match subscription.next().await {
                Ok(Delivery::Item(event)) => Some((Ok(Delivery::Item(event)), Some(subscription))),
                Ok(last) => Some((Ok(last), None)),
                Err(Ended::Closed) => None,
                Err(Ended::Failed(error)) => Some((Err(error), None)),
            }
        })
    }

    async fn next(&mut self) -> Result<Delivery, Ended> {
        loop {
            if let Some(event) = self.past.pop_front() {
                return Ok(Delivery::Item(event));
            }
            if let Some(page) = self.page() {
                self.read(page).await?;
                continue;
            }
            let Some(queue) = &mut self.queue else { continue };
            return match queue.next().await {
                Some(event) => Ok(Delivery::Item(event)),
                None => match queue.missed() {
                    Some((missed, first)) => {
                        Ok(Delivery::Lagged { missed, resume_after: first.saturating_sub(1) })
                    }
                    None => Err(Ended::Closed),
                },
            };
        }
    }

    /// Blocks of the past that are to be read next. When few are left, what happens from now on is queued: then the
    /// rest of the past is known to end where the queue begins.
    fn page(&mut self) -> Option<Range<u64>> {
        let end = match &self.queue {
            Some(queue) => queue.from(),
            None => self.end_of_past(),
        };
        (self.next < end).then(|| self.next..end.min(self.next + PAGE))
    }

    fn end_of_past(&mut self) -> u64 {
        let Feed { hub, queue, .. } = &self.feed;
        let end = hub.seen().max(self.size);
        if end > self.next + PAGE {
            return end;
        }
        self.queue.insert(hub.subscribe(self.interest.clone(), end, *queue)).from()
    }

    async fn read(&mut self, page: Range<u64>) -> Result<(), ServiceError> {
        self.next = page.end;
        for Happened { event, .. } in self.load(page.clone()).await? {
            match event {
                Some(event) if self.interest.matches(&event.record) => self.past.push_back(event),
                Some(_) => {}
                None => return Err(self.expired(page.start).await?),
            }
        }
        Ok(())
    }

    /// By itself: a turn is never held while a client does not read.
    async fn load(&self, page: Range<u64>) -> Result<Vec<Happened>, ServiceError> {
        let (feed, topic) = (self.feed.clone(), self.interest.topic());
        let loading = tokio::spawn(async move {
            let _turn = feed.readers.acquire().await;
            load(&feed.store, page, &[topic]).await
        });
        let loaded = AbortOnDropHandle::new(loading).await;
        Ok(loaded.map_err(|broken| ServiceError::Internal(broken.into()))??)
    }

    async fn expired(&self, from: u64) -> Result<ServiceError, ServiceError> {
        let kinds = self.interest.topic().kinds();
        let last = feed::last_gone(&self.feed.store, from, kinds).await?.unwrap_or(from);
        let reason = format!(
            "some of what happened after block {} is not kept any more; the oldest block to resume after is {last}",
            from.saturating_sub(1)
        );
        Ok(ServiceError::Expired { reason })
    }
}

/// Why nothing more is delivered.
enum Ended {
    Closed,
    Failed(ServiceError),
}

impl From<ServiceError> for Ended {
    fn from(error: ServiceError) -> Self {
        Self::Failed(error)
    }
}

//! Who wants what. An event is matched here, before any queue, so that it wakes those alone that it is for.

use std::sync::{
    Arc, Mutex, MutexGuard, PoisonError,
    atomic::{AtomicU64, Ordering},
};

use tokio::sync::mpsc;

use super::{
    event::{Event, Topic},
    interest::Interest,
};

/// Something that happened, or the place where something happened to what is gone since.
pub(super) struct Happened {
    pub(super) block_number: u64,
    pub(super) topic: Topic,
    pub(super) event: Option<Arc<Event>>,
}

/// All subscribers that are up to date.
pub(super) struct Hub(Mutex<State>);

struct State {
    /// Blocks that are given out, or about to be.
    seen: u64,
    next_id: u64,
    subscribers: Vec<Subscriber>,
    figures: FeedFigures,
}

/// What was handed out since the host started.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FeedFigures {
    /// Subscribers that are up to date.
    pub subscribers: usize,
    /// Events that they were handed.
    pub delivered: u64,
    /// Events that came while their queues were full.
    pub missed: u64,
    /// Queues that were full.
    pub lagged: u64,
}

struct Subscriber {
    id: u64,
    interest: Interest,
    /// The first block that it has not seen.
    from: u64,
    /// `None` when it was full once: what comes then is counted.
    queue: Option<mpsc::Sender<Arc<Event>>>,
    missed: Arc<Missed>,
}

/// What a subscriber did not get.
#[derive(Default)]
struct Missed {
    events: AtomicU64,
    /// The block of the first of them.
    first: AtomicU64,
}

/// A subscriber's end of its queue. Dropped, it is no subscriber any more.
pub(super) struct Queue {
    hub: Arc<Hub>,
    id: u64,
    from: u64,
    events: mpsc::Receiver<Arc<Event>>,
    missed: Arc<Missed>,
}

impl Hub {
    /// When there are `seen` blocks.
    pub(super) fn new(seen: u64) -> Self {
        Self(Mutex::new(State { seen, next_id: 0, subscribers: Vec::new(), figures: FeedFigures::default() }))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many blocks are given out, or about to be.
    pub(super) fn seen(&self) -> u64 {
        self.state().seen
    }

    /// What was handed out so far.
    pub(super) fn figures(&self) -> FeedFigures {
        let state = self.state();
        FeedFigures { subscribers: state.subscribers.len(), ..state.figures }
    }

    /// Begins to give out the blocks before `until`, and answers what is wanted of them. Who subscribes later does not
    /// get them any more.
    pub(super) fn claim(&self, until: u64) -> Vec<Topic> {
        let mut state = self.state();
        state.seen = until;
        let mut topics: Vec<Topic> = state.subscribers.iter().map(|one| one.interest.topic()).collect();
        topics.sort_unstable();
        topics.dedup();
        topics
    }

    /// Gives out what happened, in the order of its blocks.
    pub(super) fn publish(&self, happened: &[Happened]) {
        let mut state = self.state();
        let State { subscribers, figures, .. } = &mut *state;
        for one in happened {
            for subscriber in &mut *subscribers {
                subscriber.offer(one, figures);
            }
        }
    }

    /// Subscribes to what happens from a block on, or from the first that is not given out yet if that is later.
    pub(super) fn subscribe(self: &Arc<Self>, interest: Interest, from: u64, capacity: usize) -> Queue {
        let (queue, events) = mpsc::channel(capacity);
        let missed = Arc::new(Missed::default());
        let mut state = self.state();
        let (id, from) = (state.next_id, from.max(state.seen));
        state.next_id += 1;
        let queue = Some(queue);
        state.subscribers.push(Subscriber { id, interest, from, queue, missed: Arc::clone(&missed) });
        drop(state);
        Queue { hub: Arc::clone(self), id, from, events, missed }
    }

    /// Forgets all subscribers. They get what is in their queues, and no more.
    pub(super) fn clear(&self) {
        self.state().subscribers.clear();
    }

    fn leave(&self, id: u64) {
        let mut state = self.state();
        if let Some(place) = state.subscribers.iter().position(|one| one.id == id) {
            state.subscribers.swap_remove(place);
        }
    }
}

impl Subscriber {
    fn offer(&mut self, happened: &Happened, figures: &mut FeedFigures) {
        if happened.topic != self.interest.topic() || happened.block_number < self.from {
            return;
        }
        match &happened.event {
            Some(event) if !self.interest.matches(&event.record) => {}
            Some(event) if self.takes(event) => figures.delivered += 1,
            // What is gone may have been wanted.
            _ => {
                figures.missed += 1;
                figures.lagged += u64::from(self.queue.is_some());
                self.miss(happened.block_number);
            }
        }
    }

    fn takes(&self, event: &Arc<Event>) -> bool {
        self.queue.as_ref().is_some_and(|queue| queue.try_send(Arc::clone(event)).is_ok())
    }

    fn miss(&mut self, block_number: u64) {
        if self.queue.is_some() {
            self.missed.first.store(block_number, Ordering::Release);
        }
        self.missed.events.fetch_add(1, Ordering::AcqRel);
        // Only now does the other end learn that nothing follows.
        self.queue = None;
    }
}

impl Queue {
    /// The first block that may come through it.
    pub(super) const fn from(&self) -> u64 {
        self.from
    }

    /// The next event; `None` when no more will come.
    pub(super) async fn next(&mut self) -> Option<Arc<Event>> {
        self.events.recv().await
    }

    /// Of a queue that ended: how many events were not put into it, and the block of the first of them.
    pub(super) fn missed(&self) -> Option<(u64, u64)> {
        let events = self.missed.events.load(Ordering::Acquire);
        (events > 0).then(|| (events, self.missed.first.load(Ordering::Acquire)))
    }
}

impl Drop for Queue {
    fn drop(&mut self) {
        self.hub.leave(self.id);
    }
}

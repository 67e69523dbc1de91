use std::{
    mem::take,
    pin::pin,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll, Wake, Waker},
};

use futures::{StreamExt as _, future::BoxFuture, future::poll_fn, stream::FuturesUnordered};

/// A query and what is read for it take turns: the query goes on until all parts of it wait, and what they wait for is
/// read together. So the number of statements follows from the query, and not from how fast it is worked on.
#[derive(Clone, Default)]
pub(super) struct Turns(Arc<Mutex<Vec<BoxFuture<'static, ()>>>>);

impl Turns {
    /// Adds something to be read at the next turn.
    pub(super) fn add(&self, reading: BoxFuture<'static, ()>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(reading);
    }

    /// Runs a query to its end.
    pub(super) async fn run<F: Future>(&self, query: F) -> F::Output {
        let mut query = pin!(query);
        let mut readings = FuturesUnordered::new();
        poll_fn(|context| {
            loop {
                let woken =
                    Arc::new(Woken { is_woken: AtomicBool::new(false), task: context.waker().clone() });
                let waker = Waker::from(Arc::clone(&woken));
                if let Poll::Ready(answer) = query.as_mut().poll(&mut Context::from_waker(&waker)) {
                    return Poll::Ready(answer);
                }
                // It only let others go first, and has not said all that it wants.
                if woken.is_woken.load(Ordering::Acquire) {
                    return Poll::Pending;
                }
                readings.extend(take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner)));
                if !matches!(readings.poll_next_unpin(context), Poll::Ready(Some(()))) {
                    return Poll::Pending;
                }
            }
        })
        .await
    }
}

/// Passes on that a query can go on, and remembers it.
struct Woken {
    is_woken: AtomicBool,
    task: Waker,
}

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.is_woken.store(true, Ordering::Release);
        self.task.wake_by_ref();
    }
}

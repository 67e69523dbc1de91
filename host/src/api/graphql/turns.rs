use std::{
    mem::take,
    pin::pin,
    sync::{Arc, Mutex, PoisonError},
    task::Poll,
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
                if let Poll::Ready(answer) = query.as_mut().poll(context) {
                    return Poll::Ready(answer);
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

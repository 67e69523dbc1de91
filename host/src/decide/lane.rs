//! Lanes on which arrivals are handed in one after another, and what is under way on them: a change waits a little for
//! that.

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicUsize, Ordering},
};

use tokio::sync::Notify;

/// All lanes of an intake.
#[derive(Debug, Default)]
pub(super) struct Lanes {
    all: Mutex<Vec<UnderWay>>,
    arrived: Arc<Notify>,
}

/// How much is under way on a lane.
#[derive(Clone, Debug, Default)]
pub(super) struct UnderWay(Arc<AtomicUsize>);

/// Something that is under way on a lane, until this is dropped.
#[derive(Debug)]
pub struct Announced {
    under_way: UnderWay,
    arrived: Arc<Notify>,
}

impl Lanes {
    pub(super) fn open(&self) -> UnderWay {
        let lane = UnderWay::default();
        self.all.lock().unwrap_or_else(PoisonError::into_inner).push(lane.clone());
        lane
    }

    pub(super) fn announce(&self, lane: &UnderWay) -> Announced {
        lane.0.fetch_add(1, Ordering::SeqCst);
        Announced { under_way: lane.clone(), arrived: Arc::clone(&self.arrived) }
    }

    /// Whether something is under way on a lane other than these, which are waited on already.
    pub(super) fn expect_more<'a>(&self, but: &(impl Iterator<Item = &'a UnderWay> + Clone)) -> bool {
        let is_other = |lane: &UnderWay| !but.clone().any(|other| Arc::ptr_eq(&lane.0, &other.0));
        let all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        all.iter().any(|lane| lane.0.load(Ordering::SeqCst) > 0 && is_other(lane))
    }

    /// Waits until nothing is under way any more on some lane.
    pub(super) async fn arrived(&self) {
        self.arrived.notified().await;
    }
}

impl Drop for Announced {
    fn drop(&mut self) {
        if self.under_way.0.fetch_sub(1, Ordering::SeqCst) == 1 {
            self.arrived.notify_one();
        }
    }
}

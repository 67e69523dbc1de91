use std::{collections::VecDeque, sync::Mutex, time::Duration};

use tokio::{
    sync::{Semaphore, SemaphorePermit},
    time::{sleep, timeout},
};

use crate::{
    agent::{Clock, Failure, FailureKind},
    config::AgentConfig,
    domain::time::{MINUTE, Timestamp},
};

use super::lock;

/// Lets requests through: so many at a time, and so many in a minute.
pub(super) struct Gate {
    places: Semaphore,
    a_minute: usize,
    longest: Duration,
    let_through: Mutex<VecDeque<Timestamp>>,
    clock: Clock,
}

impl Gate {
    pub(super) fn new(config: &AgentConfig, clock: Clock) -> Self {
        Self {
            places: Semaphore::new(config.max_concurrent.get().min(Semaphore::MAX_PERMITS)),
            a_minute: config.calls_per_minute.get() as usize,
            longest: config.queue(),
            let_through: Mutex::default(),
            clock,
        }
    }

    /// Waits for a turn, which ends when it is dropped.
    pub(super) async fn turn(&self) -> Result<SemaphorePermit<'_>, Failure> {
        let late = |what: &str| {
            let reason = format!("no turn came within {} s: {what}", self.longest.as_secs());
            Failure::new(FailureKind::Queue, reason)
        };
        let place = timeout(self.longest, self.places.acquire()).await;
        let place = place.ok().and_then(Result::ok).ok_or_else(|| late("too many requests at a time"))?;
        let mut patience = self.longest;
        while let Some(wait) = self.wait() {
            patience = patience.checked_sub(wait).ok_or_else(|| late("too many requests in a minute"))?;
            sleep(wait).await;
        }
        Ok(place)
    }

    /// How long until the next request may pass; `None` lets this one through.
    fn wait(&self) -> Option<Duration> {
        let now = (self.clock)();
        let mut let_through = lock(&self.let_through);
        while let_through.front().is_some_and(|first| first.0.saturating_add(MINUTE) <= now.0) {
            let_through.pop_front();
        }
        if let_through.len() < self.a_minute {
            let_through.push_back(now);
            return None;
        }
        let oldest = let_through.front()?;
        let micros = oldest.0.saturating_add(MINUTE).saturating_sub(now.0);
        Some(Duration::from_micros(micros.unsigned_abs()).max(Duration::from_millis(1)))
    }
}

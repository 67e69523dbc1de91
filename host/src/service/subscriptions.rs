//! What happens, as it happens.

use std::{sync::Arc, time::Duration};

use futures::{Stream, stream};
use tokio::time::{Interval, MissedTickBehavior, interval};
use tokio_util::task::AbortOnDropHandle;

use super::{Platform, Result, ServiceError, dashboard, views::Dashboard};
use crate::{
    access::{Caller, Scope},
    feed::{Interest, Subscription},
    store::feed,
};

/// Between two states of the dashboard.
const PACE: Duration = Duration::from_secs(1);

/// What is of interest from now on, or after a block.
///
/// # Errors
///
/// If the caller may not see it; if there is no such block yet; if some of what happened since then is not kept any
/// more; or the database fails.
pub async fn subscribe(
    platform: &Platform,
    caller: &Caller,
    interest: Interest,
    start_after: Option<u64>,
) -> Result<Subscription> {
    caller.check(Scope::Viewer)?;
    platform.feed.subscribe(interest, start_after).await
}

/// The dashboard when the ledger had a block, or a little later.
#[derive(Clone, Debug)]
pub struct DashboardState {
    /// The newest block.
    pub block_number: u64,
    /// What is going on.
    pub dashboard: Arc<Dashboard>,
}

/// The dashboard as it changes, at most once a second. One is made for all who watch, and none if nobody does.
///
/// # Errors
///
/// If the caller may not see it.
pub fn watch_dashboard(
    platform: Arc<Platform>,
    caller: Caller,
) -> Result<impl Stream<Item = Result<DashboardState>> + Send> {
    caller.check(Scope::Viewer)?;
    let mut pace = interval(PACE);
    pace.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let watch = Watch { platform, caller, pace, shown: None };
    Ok(stream::unfold(Some(watch), async |watch| {
        let mut watch = watch?;
        match watch.next().await {
            Ok(state) => Some((Ok(state), Some(watch))),
            Err(error) => Some((Err(error), None)),
        }
    }))
}

struct Watch {
    platform: Arc<Platform>,
    caller: Caller,
    pace: Interval,
    shown: Option<Arc<DashboardState>>,
}

impl Watch {
    async fn next(&mut self) -> Result<DashboardState> {
        loop {
            self.pace.tick().await;
            let state = self.latest().await?;
            let is_new = self.shown.as_ref().is_none_or(|shown| !Arc::ptr_eq(shown, &state));
            if is_new {
                self.shown = Some(Arc::clone(&state));
                return Ok(DashboardState::clone(&state));
            }
        }
    }

    /// By itself: others wait for what is made, and it must not stand still for a client that does not read.
    async fn latest(&self) -> Result<Arc<DashboardState>> {
        let (platform, caller) = (Arc::clone(&self.platform), self.caller.clone());
        let making = tokio::spawn(async move { platform.dashboard.get(make(&platform, &caller)).await });
        let made = AbortOnDropHandle::new(making).await;
        made.map_err(|broken| ServiceError::Internal(broken.into()))?
    }
}

async fn make(platform: &Platform, caller: &Caller) -> Result<DashboardState> {
    let size = feed::size(platform.store()).await?;
    let dashboard = dashboard::dashboard(platform, caller, None).await?;
    Ok(DashboardState { block_number: size.saturating_sub(1), dashboard: Arc::new(dashboard) })
}

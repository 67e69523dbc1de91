//! What is written down when other components run.

use std::time::Duration;

use tokio::time::sleep;

use super::read::{hashes, identity, running};
use crate::{
    detectors::folder::PluginSet,
    domain::time::Timestamp,
    store::{
        error::Result,
        journal::Journal,
        versions::{self, Positions},
        withdrawals,
    },
};

/// Between two tries to write it down, doubled each time up to the longest.
const PAUSE: Duration = Duration::from_millis(200);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// Components that took over.
pub(super) struct Takeover<'a> {
    pub(super) set: &'a PluginSet,
    /// Those that ran before, if they do not run again by themselves.
    pub(super) withdrawn: Option<&'a PluginSet>,
    pub(super) reason: &'a str,
    pub(super) positions: Positions,
}

impl Takeover<'_> {
    /// Writes it down, as often as it takes, since they run already; gives the block's number.
    pub(super) async fn write_down(&self, journal: &Journal, clock: fn() -> Timestamp) -> Option<u64> {
        let mut pause = PAUSE;
        loop {
            match self.attempt(journal, clock()).await {
                Ok(block) => return block,
                Err(error) => {
                    tracing::error!("that other components run is not written down yet: {error}");
                }
            }
            sleep(pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    async fn attempt(&self, journal: &Journal, now: Timestamp) -> Result<Option<u64>> {
        let mut change = journal.begin(now).await?;
        versions::plugins_changed(&mut change, &running(self.set), &self.positions).await?;
        withdrawals::forgive(&mut change, identity(self.set)).await?;
        if let Some(withdrawn) = self.withdrawn {
            let instead = hashes(self.set);
            withdrawals::withdraw(&mut change, identity(withdrawn), self.reason, &instead).await?;
        }
        Ok(change.commit().await?.next_back())
    }
}

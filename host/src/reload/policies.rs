//! Sets of policies that take each other's place.

use std::sync::{Arc, PoisonError};

use super::{Code, LiveCode, ReloadError, Stage, code::off_the_path, files};
use crate::{
    agent::Agent,
    decide::judge::Judge,
    detectors::folder::PluginSet,
    ledger::hash::Hash,
    policy::PolicySet,
    store::{journal::Journal, policies},
};

impl Code {
    /// Writes down which policies decide from here on.
    pub(super) async fn begin_policies(&self, journal: &Journal) -> Result<(), ReloadError> {
        let LiveCode { policies: set, .. } = self.live();
        let mut change = journal.begin((self.clock)()).await?;
        policies::keep(&mut change, set.hash(), set.files()).await?;
        policies::make_live(&mut change, set.hash(), None).await?;
        change.commit().await?;
        Ok(())
    }

    /// Reads the folder of policies anew, and lets that set decide. Gives its hash, and whether it is another one.
    ///
    /// # Errors
    ///
    /// [`ReloadError`] says what is wrong with the new set; the old one decides on then.
    pub(super) async fn reload_policies(
        &self,
        stage: &Stage<'_>,
        by: &str,
    ) -> Result<(Hash, bool), ReloadError> {
        let _turn = self.turn.lock().await;
        let read = self.change_policies(stage, by).await;
        self.note(|refused| &mut refused.policies, read.as_ref().err(), "policies");
        read
    }

    /// Brings a set of policies back that decided before, in the folder as in the running host.
    ///
    /// # Errors
    ///
    /// [`ReloadError`] if nothing of this hash is kept, or it cannot be used any more.
    pub(super) async fn roll_back_policies(
        &self,
        stage: &Stage<'_>,
        hash: Hash,
        by: &str,
    ) -> Result<(Hash, bool), ReloadError> {
        let kept = policies::get(stage.journal.store(), hash).await?;
        let kept = kept.ok_or_else(|| ReloadError::Unknown { hash: hash.to_string() })?;
        PolicySet::of(kept.clone())?;
        files::put_policies(&self.config.code.policies, &kept)?;
        self.reload_policies(stage, by).await
    }

    async fn change_policies(&self, stage: &Stage<'_>, by: &str) -> Result<(Hash, bool), ReloadError> {
        let folder = self.config.code.policies.clone();
        let set = Arc::new(off_the_path(move || PolicySet::read(&folder).map_err(ReloadError::from)).await?);
        let LiveCode { plugins, policies: before, .. } = self.live();
        if set.hash() == before.hash() {
            return Ok((set.hash(), false));
        }
        let judge = Judge::new(Arc::clone(&set), self.agent_of_judge(stage, &plugins)?);
        let now = (self.clock)();
        let mut change = stage.journal.begin(now).await?;
        policies::keep(&mut change, set.hash(), set.files()).await?;
        policies::make_live(&mut change, set.hash(), Some(by)).await?;
        let block = change.commit().await?.next_back();
        stage.desk.replace_judge(judge);
        let hash = set.hash();
        tracing::info!(by, before = %before.hash(), now = %hash, block, "other policies decide");
        let mut live = self.live.write().unwrap_or_else(PoisonError::into_inner);
        (live.policies, live.policies_since) = (set, now);
        Ok((hash, true))
    }

    /// The agent of the running judge, so that its limits and spend count on.
    pub(super) fn agent_of_judge(
        &self,
        stage: &Stage<'_>,
        plugins: &PluginSet,
    ) -> Result<Option<Agent>, ReloadError> {
        match stage.desk.judge().agent() {
            Some(agent) => Ok(Some(agent.clone())),
            None => self.agent(plugins),
        }
    }
}

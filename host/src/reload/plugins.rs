//! Sets of components that take each other's place.

use std::sync::{Arc, PoisonError};

use super::{
    Code, LiveCode, ReloadError, Stage, aside,
    code::off_the_path,
    files,
    read::{admit, changes, components, file_of, hashes, identity, kept, make_current, running, versions},
    swap::{self, Compared, Swapped},
    takeover::Takeover,
};
use crate::{
    agent::Agent,
    decide::judge::Judge,
    detectors::{admission::Admission, folder::PluginSet, supervisor::Health},
    ledger::hash::Hash,
    store::{
        journal::Journal,
        versions::{self, ComponentVersion, Positions},
        withdrawals::{self, Withdrawal},
    },
};

/// Who wants other components to run.
#[derive(Clone, Debug)]
pub enum By {
    /// The host, since the folder has changed.
    Host,
    /// A caller of this name.
    Caller(String),
}

impl By {
    /// As blocks name them.
    fn name(&self) -> &str {
        match self {
            Self::Host => "host",
            Self::Caller(name) => name,
        }
    }
}

/// Components that are about to take over, and why.
struct Successor<'a> {
    set: Arc<PluginSet>,
    by: &'a str,
    reason: &'a str,
    /// Whether those that run are withdrawn for that reason.
    withdraws: bool,
}

impl Code {
    /// Writes down which components run from here on: those in the folder, or, if these were withdrawn, those before.
    pub(super) async fn begin_plugins(&self, journal: &Journal) -> Result<(), ReloadError> {
        let LiveCode { plugins: found, .. } = self.live();
        let withdrawal = withdrawals::of(journal.store(), identity(&found)).await?;
        let set = match &withdrawal {
            Some(withdrawal) => self.before(journal, &found, withdrawal).await?,
            None => Arc::clone(&found),
        };
        let mut change = journal.begin((self.clock)()).await?;
        if withdrawal.is_none() {
            versions::keep_components(&mut change, &read_versions(&set, None).await?).await?;
        }
        versions::plugins_changed(&mut change, &running(&set), &Positions::default()).await?;
        change.commit().await?;
        self.live.write().unwrap_or_else(PoisonError::into_inner).plugins = set;
        let withdrawn = withdrawal.map(|withdrawal| self.withdrawn(withdrawal.reason));
        self.note(|refused| &mut refused.plugins, withdrawn.as_ref(), "components");
        Ok(())
    }

    /// Reads the folder of components anew, and lets that set take over. One that was withdrawn does so only if a caller
    /// asks for it.
    ///
    /// # Errors
    ///
    /// [`ReloadError`] says what is wrong with the new set; the old one runs on then.
    pub(super) async fn reload_plugins(&self, stage: &Stage<'_>, by: &By) -> Result<Swapped, ReloadError> {
        let _turn = self.turn.lock().await;
        let swapped = self.change_plugins(stage, by).await;
        self.note(|refused| &mut refused.plugins, swapped.as_ref().err(), "components");
        swapped
    }

    /// Withdraws the components that run, and lets those before take over again, whatever their files hold by now.
    ///
    /// # Errors
    ///
    /// [`ReloadError`] if it cannot; what runs now runs on then.
    pub(super) async fn return_to(
        &self,
        stage: &Stage<'_>,
        set: Arc<PluginSet>,
        reason: &str,
    ) -> Result<Swapped, ReloadError> {
        let _turn = self.turn.lock().await;
        let successor = Successor { set, by: "host", reason, withdraws: true };
        let swapped = self.put_in_place(stage, successor).await?;
        self.note(|refused| &mut refused.plugins, Some(&self.withdrawn(reason.to_owned())), "components");
        Ok(swapped)
    }

    /// Brings a component back that ran before, in its folder as in the running host.
    ///
    /// # Errors
    ///
    /// [`ReloadError`] if nothing of this hash is kept, or the set with it cannot be used.
    pub(super) async fn roll_back_plugin(
        &self,
        stage: &Stage<'_>,
        hash: Hash,
        by: &str,
    ) -> Result<Swapped, ReloadError> {
        let kept = versions::component(stage.journal.store(), hash).await?;
        let kept = kept.ok_or_else(|| ReloadError::Unknown { hash: hash.to_string() })?;
        let code = &self.config.code;
        let file = file_of(&self.live().plugins, &kept.name, &code.plugins);
        admit(&Admission::of(code), &file, &kept)
            .map_err(|error| ReloadError::NotAdmitted { name: kept.name.clone(), error })?;
        files::put_component(&file, &kept)?;
        self.reload_plugins(stage, &By::Caller(by.to_owned())).await
    }

    async fn change_plugins(&self, stage: &Stage<'_>, by: &By) -> Result<Swapped, ReloadError> {
        let set = Arc::new(self.read_plugins().await?);
        if !is_same(&self.live().plugins, &set) {
            if matches!(by, By::Host)
                && let Some(withdrawal) = withdrawals::of(stage.journal.store(), identity(&set)).await?
            {
                return Err(self.withdrawn(withdrawal.reason));
            }
            let kept = read_versions(&set, Some(self.live().plugins)).await?;
            let mut change = stage.journal.begin((self.clock)()).await?;
            versions::keep_components(&mut change, &kept).await?;
            change.commit().await?;
        }
        let (by, reason) = (by.name(), "the folder changed");
        self.put_in_place(stage, Successor { set, by, reason, withdraws: false }).await
    }

    async fn read_plugins(&self) -> Result<PluginSet, ReloadError> {
        let (loader, config, builds) = (self.loader.clone(), Arc::clone(&self.config), self.builds);
        off_the_path(move || {
            let folder = &config.code.plugins;
            make_current(folder, builds)?;
            let set = aside::pool()?.install(|| components(&loader, folder, &config))?;
            // Whoever empties a folder is about to fill it.
            if set.plugins.is_empty() {
                return Err(ReloadError::Nothing { path: folder.clone() });
            }
            Ok(set)
        })
        .await
    }

    async fn put_in_place(
        &self,
        stage: &Stage<'_>,
        successor: Successor<'_>,
    ) -> Result<Swapped, ReloadError> {
        let Successor { set, by, reason, withdraws } = successor;
        let before = self.live().plugins;
        let is_well = stage.engine.plugins().iter().all(|plugin| plugin.health == Health::Running);
        if is_same(&before, &set) && is_well {
            return Ok(Swapped::default());
        }
        let agent = self.agent_of(stage, &before, &set)?;
        let mut swapped = swap::swap(stage, &before.plugins, &set.plugins).await?;
        let now = (self.clock)();
        let policies = {
            let mut live = self.live.write().unwrap_or_else(PoisonError::into_inner);
            (live.plugins, live.plugins_since) = (Arc::clone(&set), now);
            Arc::clone(&live.policies)
        };
        stage.desk.replace_judge(Judge::new(policies, agent));
        let Compared { rows, only_before, only_after, .. } = &swapped.compared;
        let positions = Positions {
            by: Some(by.to_owned()),
            reason: Some(reason.to_owned()),
            rows_by_worker: swapped.positions.clone(),
            rows_compared: *rows,
            findings_gone: *only_before,
            findings_new: *only_after,
        };
        let takeover = Takeover { set: &set, withdrawn: withdraws.then_some(&before), reason, positions };
        swapped.block = takeover.write_down(stage.journal, self.clock).await;
        swapped.tell(by, reason, &changes(&before, &set));
        swapped.before = Some(before);
        Ok(swapped)
    }

    /// The agent of a set: that of the running judge where it is the same one, so that its limits and spend count on.
    fn agent_of(
        &self,
        stage: &Stage<'_>,
        before: &PluginSet,
        set: &PluginSet,
    ) -> Result<Option<Agent>, ReloadError> {
        let key =
            |set: &PluginSet| set.agent.as_ref().map(|agent| (agent.hash.clone(), agent.settings.clone()));
        if key(before) == key(set) { self.agent_of_judge(stage, set) } else { self.agent(set) }
    }

    /// The components that ran before others that were withdrawn and are in the folder still, as they are kept.
    async fn before(
        &self,
        journal: &Journal,
        found: &PluginSet,
        withdrawal: &Withdrawal,
    ) -> Result<Arc<PluginSet>, ReloadError> {
        let folder = &self.config.code.plugins;
        let no_way = |why: String| ReloadError::NoWayBack {
            path: folder.clone(),
            reason: withdrawal.reason.clone(),
            why,
        };
        let mut components = Vec::new();
        for &hash in &withdrawal.instead {
            let version = versions::component(journal.store(), hash).await?;
            let version = version.ok_or_else(|| no_way(format!("{hash} is not kept")))?;
            components.push((file_of(found, &version.name, folder), version));
        }
        let (loader, config) = (self.loader.clone(), Arc::clone(&self.config));
        let set = off_the_path(move || kept(&loader, components, &config)).await;
        set.map(Arc::new).map_err(|error| no_way(error.to_string()))
    }

    fn withdrawn(&self, reason: String) -> ReloadError {
        ReloadError::Withdrawn { path: self.config.code.plugins.clone(), reason }
    }
}

/// Whether two sets do the same.
fn is_same(one: &PluginSet, other: &PluginSet) -> bool {
    identity(one) == identity(other)
}

/// The components of a set with their bytes, save those that are kept since they run.
async fn read_versions(
    set: &Arc<PluginSet>,
    running: Option<Arc<PluginSet>>,
) -> Result<Vec<ComponentVersion>, ReloadError> {
    let set = Arc::clone(set);
    off_the_path(move || versions(&set, &running.map_or_else(Vec::new, |running| hashes(&running)))).await
}

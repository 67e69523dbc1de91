//! What runs now, and how another set takes its place.

use std::{
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use tokio::{runtime::Handle, sync::Mutex, task::spawn_blocking, time::sleep};

use super::{
    ReloadError, files,
    read::{components, limits, running, versions},
    swap::{self, Compared, Swapped},
};
use crate::{
    agent::{Agent, Choice, Start as AgentStart},
    config::Config,
    decide::{desk::Desk, judge::Judge},
    detectors::{
        build,
        folder::PluginSet,
        loader::loader,
        plugin::{Loader, Plugin},
        supervisor::Health,
    },
    domain::time::Timestamp,
    ledger::hash::Hash,
    live::Engine,
    policy::PolicySet,
    store::{
        journal::Journal,
        policies,
        versions::{self, ComponentVersion, Positions, RunningSet},
    },
};

/// Between two tries to write down what runs, doubled each time up to the longest.
const PAUSE: Duration = Duration::from_millis(200);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// What runs now.
#[derive(Clone)]
pub struct LiveCode {
    /// Components.
    pub plugins: Arc<PluginSet>,
    /// Since when.
    pub plugins_since: Timestamp,
    /// Policies.
    pub policies: Arc<PolicySet>,
    /// Since when.
    pub policies_since: Timestamp,
}

/// What was refused last, if that is newer than what runs.
#[derive(Clone, Debug, Default)]
pub struct Refusals {
    /// Of components.
    pub plugins: Option<String>,
    /// Of policies.
    pub policies: Option<String>,
}

/// Which code a host runs, and what replaces it.
pub struct Code {
    config: Arc<Config>,
    loader: Loader,
    live: RwLock<LiveCode>,
    refused: RwLock<Refusals>,
    clock: fn() -> Timestamp,
    seed: u64,
    /// Sources are built before components are read.
    builds: bool,
    /// One reload at a time.
    turn: Mutex<()>,
}

/// Where other code is put in place.
pub struct Stage<'a> {
    /// What runs components.
    pub engine: &'a Engine,
    /// What decides.
    pub desk: &'a Desk,
    /// What writes it down.
    pub journal: &'a Journal,
}

impl Code {
    /// Reads both folders. With `builds`, crates whose sources changed are built first.
    ///
    /// # Errors
    ///
    /// [`ReloadError`] if one of them cannot be used as a whole.
    pub fn read(
        config: Arc<Config>,
        clock: fn() -> Timestamp,
        seed: u64,
        builds: bool,
    ) -> anyhow::Result<Self> {
        let loader = loader(limits(&config))?;
        if builds {
            build::build(&config.code.plugins)?;
        }
        let plugins = components(&loader, &config.code.plugins, &config)?;
        if plugins.plugins.is_empty() {
            tracing::warn!("{} holds no components, so nothing will be found", config.code.plugins.display());
        }
        let policies = PolicySet::read(&config.code.policies).map_err(ReloadError::from)?;
        let now = clock();
        let live = LiveCode {
            plugins: Arc::new(plugins),
            plugins_since: now,
            policies: Arc::new(policies),
            policies_since: now,
        };
        Ok(Self {
            config,
            loader,
            live: RwLock::new(live),
            refused: RwLock::default(),
            clock,
            seed,
            builds,
            turn: Mutex::new(()),
        })
    }

    /// What runs now.
    pub fn live(&self) -> LiveCode {
        self.live.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What was refused last, if that is newer than what runs.
    pub fn refused(&self) -> Refusals {
        self.refused.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Whoever judges by what runs now.
    ///
    /// # Errors
    ///
    /// If the agent cannot be started.
    pub fn judge(&self) -> Result<Judge, ReloadError> {
        let LiveCode { plugins, policies, .. } = self.live();
        Ok(Judge::new(policies, self.agent(&plugins)?))
    }

    /// Writes down what runs from here on.
    ///
    /// # Errors
    ///
    /// If a component's file was replaced meanwhile, or the database fails.
    pub async fn record(&self, journal: &Journal) -> Result<(), ReloadError> {
        let LiveCode { plugins, policies, .. } = self.live();
        let kept = read_versions(&plugins).await?;
        let mut change = journal.begin((self.clock)()).await?;
        versions::keep_components(&mut change, &kept).await?;
        versions::plugins_changed(&mut change, &running(&plugins), &Positions::default()).await?;
        policies::keep(&mut change, policies.hash(), policies.files()).await?;
        policies::make_live(&mut change, policies.hash(), None).await?;
        change.commit().await?;
        Ok(())
    }

    /// Reads the folder of components anew, and lets that set take over; `by` is who asked for it.
    ///
    /// # Errors
    ///
    /// [`ReloadError`] says what is wrong with the new set; the old one runs on then.
    pub(super) async fn reload_plugins(&self, stage: &Stage<'_>, by: &str) -> Result<Swapped, ReloadError> {
        let _turn = self.turn.lock().await;
        let swapped = self.change_plugins(stage, by).await;
        self.note(|refused| &mut refused.plugins, swapped.as_ref().err(), "components");
        swapped
    }

    /// Lets a set that ran before take over again, whatever its files hold by now.
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
        let swapped = self.put_in_place(stage, set, "host", reason).await?;
        self.note(|refused| &mut refused.plugins, Some(&reason), "components");
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
        let LiveCode { plugins, .. } = self.live();
        files::put_component(&self.config.code.plugins, &plugins, &kept)?;
        self.reload_plugins(stage, by).await
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

    async fn change_plugins(&self, stage: &Stage<'_>, by: &str) -> Result<Swapped, ReloadError> {
        let set = Arc::new(self.read_plugins().await?);
        if !is_same(&self.live().plugins, &set) {
            let kept = read_versions(&set).await?;
            let mut change = stage.journal.begin((self.clock)()).await?;
            versions::keep_components(&mut change, &kept).await?;
            change.commit().await?;
        }
        self.put_in_place(stage, set, by, "the folder changed").await
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
        change.commit().await?;
        stage.desk.replace_judge(judge);
        let hash = set.hash();
        let mut live = self.live.write().unwrap_or_else(PoisonError::into_inner);
        (live.policies, live.policies_since) = (set, now);
        Ok((hash, true))
    }

    async fn read_plugins(&self) -> Result<PluginSet, ReloadError> {
        let (loader, config, builds) = (self.loader.clone(), Arc::clone(&self.config), self.builds);
        off_the_path(move || {
            let folder = &config.code.plugins;
            if builds {
                build::build(folder).map_err(|error| ReloadError::Folder {
                    path: folder.clone(),
                    reason: std::io::Error::other(error.to_string()),
                })?;
            }
            let set = components(&loader, folder, &config)?;
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
        set: Arc<PluginSet>,
        by: &str,
        reason: &str,
    ) -> Result<Swapped, ReloadError> {
        let before = self.live().plugins;
        let is_well = stage.engine.plugins().iter().all(|plugin| plugin.health == Health::Running);
        if is_same(&before, &set) && is_well {
            return Ok(Swapped::default());
        }
        let agent = self.agent_of(stage, &before, &set)?;
        let mut swapped = swap::swap(stage, &before.plugins, &set.plugins).await?;
        let running = running(&set);
        let now = (self.clock)();
        let policies = {
            let mut live = self.live.write().unwrap_or_else(PoisonError::into_inner);
            (live.plugins, live.plugins_since) = (set, now);
            Arc::clone(&live.policies)
        };
        stage.desk.replace_judge(Judge::new(policies, agent));
        tracing::info!(by, reason, "other components run");
        let Compared { rows, only_before, only_after, .. } = &swapped.compared;
        let positions = Positions {
            by: Some(by.to_owned()),
            reason: Some(reason.to_owned()),
            rows_by_worker: swapped.positions.clone(),
            rows_compared: *rows,
            findings_gone: *only_before,
            findings_new: *only_after,
        };
        swapped.block = write_down(stage.journal, &running, &positions, self.clock).await;
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

    /// The agent of the running judge, so that its limits and spend count on.
    fn agent_of_judge(&self, stage: &Stage<'_>, plugins: &PluginSet) -> Result<Option<Agent>, ReloadError> {
        match stage.desk.judge().agent() {
            Some(agent) => Ok(Some(agent.clone())),
            None => self.agent(plugins),
        }
    }

    fn agent(&self, set: &PluginSet) -> Result<Option<Agent>, ReloadError> {
        let Some(plugin) = &set.agent else { return Ok(None) };
        let choice = if self.config.agent.api_key.is_some() { Choice::Claude } else { Choice::Scorecard };
        let start = AgentStart {
            choice: &choice,
            record: None,
            plugin: Arc::clone(plugin),
            config: &self.config,
            runtime: Handle::current(),
            clock: Arc::new(self.clock),
            seed: self.seed,
        };
        Ok(Some(Agent::start(start)?))
    }

    fn note(
        &self,
        which: impl FnOnce(&mut Refusals) -> &mut Option<String>,
        error: Option<&impl ToString>,
        what: &str,
    ) {
        let said = error.map(ToString::to_string);
        if let Some(said) = &said {
            tracing::error!("{what} are not replaced: {said}");
        }
        *which(&mut self.refused.write().unwrap_or_else(PoisonError::into_inner)) = said;
    }
}

/// Whether two sets do the same.
fn is_same(one: &PluginSet, other: &PluginSet) -> bool {
    let of = |set: &PluginSet| {
        let detectors =
            set.plugins.iter().map(|plugin: &Arc<Plugin>| (plugin.hash.clone(), plugin.settings.clone()));
        let agent = set.agent.iter().map(|agent| (agent.hash.clone(), agent.settings.clone()));
        detectors.chain(agent).collect::<Vec<_>>()
    };
    of(one) == of(other)
}

/// Writes down which components run, as often as it takes, since they run already; gives the block's number.
async fn write_down(
    journal: &Journal,
    running: &RunningSet,
    positions: &Positions,
    clock: fn() -> Timestamp,
) -> Option<u64> {
    let mut pause = PAUSE;
    loop {
        let written = async {
            let mut change = journal.begin(clock()).await?;
            versions::plugins_changed(&mut change, running, positions).await?;
            change.commit().await
        };
        match written.await {
            Ok(mut blocks) => return blocks.next_back(),
            Err(error) => tracing::error!("that other components run is not written down yet: {error}"),
        }
        sleep(pause).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

async fn read_versions(set: &Arc<PluginSet>) -> Result<Vec<ComponentVersion>, ReloadError> {
    let set = Arc::clone(set);
    off_the_path(move || versions(&set)).await
}

/// Runs what takes long on a thread that nobody waits for rows on.
pub(super) async fn off_the_path<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, ReloadError> + Send + 'static,
) -> Result<T, ReloadError> {
    let done = spawn_blocking(work).await;
    done.unwrap_or_else(|error| {
        Err(ReloadError::Folder { path: "code".into(), reason: std::io::Error::other(error.to_string()) })
    })
}

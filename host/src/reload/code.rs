//! What runs now, and what is needed to replace it.

use std::sync::{Arc, PoisonError, RwLock};

use tokio::{runtime::Handle, sync::Mutex, task::spawn_blocking};

use super::{
    ReloadError,
    read::{components, limits, make_current},
};
use crate::{
    agent::{Agent, Choice, Start as AgentStart},
    config::Config,
    decide::{desk::Desk, judge::Judge},
    detectors::{folder::PluginSet, loader::loader, plugin::Loader},
    domain::time::Timestamp,
    live::Engine,
    policy::PolicySet,
    store::journal::Journal,
};

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
    pub(super) config: Arc<Config>,
    pub(super) loader: Loader,
    pub(super) live: RwLock<LiveCode>,
    refused: RwLock<Refusals>,
    pub(super) clock: fn() -> Timestamp,
    seed: u64,
    /// Sources are built before components are read.
    pub(super) builds: bool,
    /// One reload at a time.
    pub(super) turn: Mutex<()>,
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
        make_current(&config.code.plugins, builds)?;
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

    /// Writes down what runs from here on. Where the components in the folder were withdrawn, those before take their
    /// place.
    ///
    /// # Errors
    ///
    /// If a component's file was replaced meanwhile, those before cannot run, or the database fails.
    pub async fn begin(&self, journal: &Journal) -> Result<(), ReloadError> {
        self.begin_policies(journal).await?;
        self.begin_plugins(journal).await
    }

    /// The agent of a set of components, if it has one.
    pub(super) fn agent(&self, set: &PluginSet) -> Result<Option<Agent>, ReloadError> {
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

    /// Says why what is on disk does not run; nothing where it does.
    pub(super) fn note(
        &self,
        which: impl FnOnce(&mut Refusals) -> &mut Option<String>,
        error: Option<&ReloadError>,
        what: &str,
    ) {
        let said = error.map(ToString::to_string);
        if let Some(said) = &said {
            tracing::error!("{what} are not replaced: {said}");
        }
        let mut refused = self.refused.write().unwrap_or_else(PoisonError::into_inner);
        let refused = which(&mut refused);
        if said.is_none() && refused.is_some() {
            tracing::info!("{what} on disk are in order again, and run");
        }
        *refused = said;
    }
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

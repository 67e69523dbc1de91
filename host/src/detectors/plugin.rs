//! A loaded plugin: compiled, described, configured; ready to be instantiated any number of times.

use std::{path::PathBuf, sync::Arc, time::Duration};

use wasmtime::{
    Engine, Store, StoreLimits, StoreLimitsBuilder,
    component::{Component, Linker, ResourceTable},
};
use wasmtime_wasi::{WasiCtx, WasiCtxView, WasiView};

use crate::domain::family::Family;

use super::{
    artifact::Artifact,
    bindings::{algorithm::AlgorithmPre, behavior::BehaviorDetectorPre, market::MarketDetectorPre},
    compiled::Cache,
    engine::ticks,
    error::LoadError,
    instance::Instance,
    limits::Limits,
    manifest::Manifest,
    wasi,
};

/// What a store holds beside the instance.
pub struct State {
    pub(super) limits: StoreLimits,
    wasi: WasiCtx,
    table: ResourceTable,
}

impl WasiView for State {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView { ctx: &mut self.wasi, table: &mut self.table }
    }
}

/// The component, linked and type-checked for its world.
#[derive(Clone)]
pub(super) enum Ready {
    Market(MarketDetectorPre<State>),
    Algorithm(AlgorithmPre<State>),
    Behavior(BehaviorDetectorPre<State>),
}

/// A plugin that can be run.
#[derive(Clone)]
pub struct Plugin {
    /// The file it came from.
    pub path: PathBuf,
    /// SHA-256 of the component, lower-case hex.
    pub hash: String,
    /// What it says about itself, with the settings in force.
    pub manifest: Manifest,
    /// Its settings as a JSON object; empty for the defaults.
    pub settings: String,
    pub(super) limits: Arc<Limits>,
    pub(super) ready: Ready,
    engine: Engine,
}

/// What all plugins of a process share.
#[derive(Clone)]
pub struct Loader {
    engine: Engine,
    limits: Arc<Limits>,
    cache: Option<Cache>,
}

impl Loader {
    /// A loader; without a cache every component is compiled anew.
    pub fn new(engine: Engine, limits: Limits, cache: Option<Cache>) -> Self {
        Self { engine, limits: Arc::new(limits), cache }
    }

    /// Compiles a checked file and asks it about itself with its default settings.
    ///
    /// # Errors
    /// If it does not compile, start or describe itself within the limits.
    pub fn load(&self, path: PathBuf, artifact: &Artifact) -> Result<Plugin, LoadError> {
        let component = self.compile(artifact)?;
        let ready = self.link(&component, artifact)?;
        let mut plugin = Plugin {
            path,
            hash: artifact.hash.clone(),
            manifest: Manifest::unknown(artifact.family),
            settings: String::new(),
            limits: self.limits.clone(),
            ready,
            engine: self.engine.clone(),
        };
        plugin.manifest = Instance::bare(&plugin)?.describe(&plugin)?.check(artifact.family)?;
        Ok(plugin)
    }

    fn compile(&self, artifact: &Artifact) -> Result<Component, LoadError> {
        match &self.cache {
            Some(cache) => cache.component(&self.engine, artifact),
            None => Component::new(&self.engine, &artifact.bytes),
        }
        .map_err(unusable)
    }

    fn link(&self, component: &Component, artifact: &Artifact) -> Result<Ready, LoadError> {
        let mut linker = Linker::new(&self.engine);
        if artifact.wants_wasi {
            wasi::link(&mut linker).map_err(unusable)?;
        }
        let pre = linker.instantiate_pre(component).map_err(unusable)?;
        match artifact.family {
            Family::Market => MarketDetectorPre::new(pre).map(Ready::Market),
            Family::Conflict => AlgorithmPre::new(pre).map(Ready::Algorithm),
            Family::Behavior => BehaviorDetectorPre::new(pre).map(Ready::Behavior),
        }
        .map_err(unusable)
    }
}

#[expect(clippy::needless_pass_by_value, reason = "what `map_err` hands over")]
fn unusable(error: wasmtime::Error) -> LoadError {
    LoadError::Unusable { reason: format!("{error:#}") }
}

impl Plugin {
    /// The plugin with settings of its own.
    ///
    /// # Errors
    /// If the plugin refuses them; the error names the setting.
    pub fn configured(mut self, settings: String) -> Result<Self, LoadError> {
        let family = self.manifest.family;
        self.settings = settings;
        self.manifest = Instance::start(&self)?.describe(&self)?.check(family)?;
        Ok(self)
    }

    /// A store within the limits.
    pub(super) fn store(&self) -> Store<State> {
        let limits = StoreLimitsBuilder::new()
            .memory_size(self.limits.memory)
            .table_elements(self.limits.table_elements)
            .instances(32)
            .memories(2)
            .tables(16)
            .build();
        let state = State { limits, wasi: wasi::empty(), table: ResourceTable::new() };
        let mut store = Store::new(&self.engine, state);
        store.limiter(|state| &mut state.limits);
        store.epoch_deadline_trap();
        store
    }

    pub(super) fn deadline_ticks(&self) -> u64 {
        ticks(self.limits.deadline)
    }

    pub(super) fn deadline(&self) -> Duration {
        self.limits.deadline
    }
}

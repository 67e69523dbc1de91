//! A loaded plugin: compiled, described, configured; ready to be instantiated any number of times.

use std::{path::PathBuf, sync::Arc, time::Duration};

use wasmtime::{
    Engine, Store,
    component::{Component, Linker, ResourceTable},
};
use wasmtime_wasi::{WasiCtx, WasiCtxView, WasiView};

use crate::domain::family::Family;

use super::{
    artifact::{Artifact, World},
    bindings::{algorithm::AlgorithmPre, behavior::BehaviorDetectorPre, market::MarketDetectorPre},
    bounds::Bounds,
    compiled::Cache,
    engine::ticks,
    error::{LoadError, one_line},
    instance::Instance,
    limits::Limits,
    manifest::Manifest,
    wasi,
};

/// What a store holds beside the instance; `power` is what an agent may use.
pub struct State<P = ()> {
    pub(super) bounds: Bounds,
    wasi: WasiCtx,
    table: ResourceTable,
    pub(super) power: P,
}

impl<P: Send> WasiView for State<P> {
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
    pub(super) engine: Engine,
    pub(super) limits: Arc<Limits>,
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
    /// If it is no detector, or does not compile, start or describe itself within the limits.
    pub fn load(&self, path: PathBuf, artifact: &Artifact) -> Result<Plugin, LoadError> {
        let World::Detector(family) = artifact.world else { return Err(LoadError::NotADetector) };
        let component = self.compile(artifact)?;
        let ready = self.link(&component, artifact, family)?;
        let mut plugin = Plugin {
            path,
            hash: artifact.hash.clone(),
            manifest: Manifest::unknown(family),
            settings: String::new(),
            limits: self.limits.clone(),
            ready,
            engine: self.engine.clone(),
        };
        plugin.manifest = Instance::bare(&plugin)?.describe(&plugin)?.check(family)?;
        Ok(plugin)
    }

    pub(super) fn compile(&self, artifact: &Artifact) -> Result<Component, LoadError> {
        match &self.cache {
            Some(cache) => cache.component(&self.engine, artifact),
            None => Component::new(&self.engine, &artifact.bytes),
        }
        .map_err(unusable)
    }

    fn link(&self, component: &Component, artifact: &Artifact, family: Family) -> Result<Ready, LoadError> {
        let mut linker = Linker::new(&self.engine);
        if artifact.wants_wasi {
            wasi::link(&mut linker).map_err(unusable)?;
        }
        let pre = linker.instantiate_pre(component).map_err(unusable)?;
        match family {
            Family::Market => MarketDetectorPre::new(pre).map(Ready::Market),
            Family::Conflict => AlgorithmPre::new(pre).map(Ready::Algorithm),
            Family::Behavior => BehaviorDetectorPre::new(pre).map(Ready::Behavior),
        }
        .map_err(unusable)
    }
}

#[expect(clippy::needless_pass_by_value, reason = "what `map_err` hands over")]
pub(super) fn unusable(error: wasmtime::Error) -> LoadError {
    LoadError::Unusable { reason: one_line(&format!("{error:#}")) }
}

impl Plugin {
    /// Whether it does the same as another: the same code with the same settings.
    pub fn does_as(&self, other: &Self) -> bool {
        self.hash == other.hash && self.settings == other.settings
    }

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
        store(&self.engine, &self.limits, ())
    }

    pub(super) fn deadline_ticks(&self) -> u64 {
        ticks(self.limits.deadline)
    }

    pub(super) fn deadline(&self) -> Duration {
        self.limits.deadline
    }
}

/// A store within limits, for a component that may use `power`.
pub(super) fn store<P: Send + 'static>(engine: &Engine, limits: &Limits, power: P) -> Store<State<P>> {
    let state = State { bounds: Bounds::of(limits), wasi: wasi::empty(), table: ResourceTable::new(), power };
    let mut store = Store::new(engine, state);
    store.limiter(|state| &mut state.bounds);
    store.epoch_deadline_trap();
    store
}

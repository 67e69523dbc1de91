//! The agent's component: loaded, described and asked. Which model answers it is not decided here.
//!
//! Each case has an instance of its own, so that nothing of one case, a text in it above all, reaches another.

use std::{path::PathBuf, sync::Arc};

use wasmtime::{
    Engine, Store, StoreContextMut,
    component::{Component, Linker},
};

use crate::domain::{judgement::Allowed, power::Power};

use super::{
    artifact::{Artifact, CONTRACT, World},
    bindings::agent::{
        DecisionAgent, DecisionAgentPre,
        exports::vyomo::plugin::decision::{self, Manifest as RawManifest},
    },
    engine::ticks,
    error::{Fault, LoadError},
    limits::Limits,
    manifest::{is_kebab, is_version},
    plugin::{Loader, State, store, unusable},
    wasi,
};

pub use super::bindings::agent::{
    exports::vyomo::plugin::decision::{DecidedBy, Verdict as RawVerdict},
    vyomo::plugin::language_model::{ModelError, Request},
};

/// Bytes that an honest question or verdict stays under.
const ANSWER: usize = 256 << 10;

/// Answers the one question that an instance may ask.
pub type Model = Box<dyn FnOnce(Request) -> Result<String, ModelError> + Send>;

/// The model until it was asked.
type Unasked = Option<Model>;

/// What an agent says about itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgentManifest {
    /// Unique name, kebab-case.
    pub name: String,
    /// The plugin's own version.
    pub version: String,
    /// Powers it asks for.
    pub powers: Vec<Power>,
    /// JSON Schema of its settings.
    pub settings_schema: String,
}

/// An agent's component that can be run.
#[derive(Clone)]
pub struct AgentPlugin {
    /// The file it came from.
    pub path: PathBuf,
    /// SHA-256 of the component, lower-case hex.
    pub hash: String,
    /// What it says about itself.
    pub manifest: AgentManifest,
    /// Its settings as a JSON object; empty for the defaults.
    pub settings: String,
    limits: Arc<Limits>,
    ready: DecisionAgentPre<State<Unasked>>,
    engine: Engine,
}

impl AgentPlugin {
    /// Compiles a checked file and asks it about itself.
    ///
    /// # Errors
    /// If it is no agent, does not compile, start or describe itself within the limits, or uses a power that it does
    /// not ask for.
    pub fn load(loader: &Loader, path: PathBuf, artifact: &Artifact) -> Result<Self, LoadError> {
        if artifact.world != World::Agent {
            return Err(LoadError::Unusable { reason: "it finds, and does not decide".into() });
        }
        let mut plugin = Self {
            path,
            hash: artifact.hash.clone(),
            manifest: AgentManifest {
                name: String::new(),
                version: String::new(),
                powers: Vec::new(),
                settings_schema: String::new(),
            },
            settings: String::new(),
            limits: loader.limits.clone(),
            ready: link(loader, &loader.compile(artifact)?, artifact)?,
            engine: loader.engine.clone(),
        };
        plugin.manifest = check(plugin.describe()?, artifact)?;
        Ok(plugin)
    }

    /// The agent with settings of its own.
    ///
    /// # Errors
    /// If it refuses them; the error names the setting.
    pub fn configured(mut self, settings: String) -> Result<Self, LoadError> {
        self.settings = settings;
        self.instance(None)?;
        Ok(self)
    }

    /// Has a case judged, a JSON object, by a fresh instance that may ask `model` once.
    ///
    /// # Errors
    /// If the call fails, or the agent cannot read the case.
    pub fn decide(&self, case: &str, allowed: &Allowed, model: Model) -> Result<RawVerdict, Fault> {
        let (mut store, agent) = self.instance(Some(model)).map_err(|error| match error {
            LoadError::Fault(fault) => fault,
            other => Fault::InvalidOutput { reason: other.to_string() },
        })?;
        let allowed = decision::Allowed {
            decisions: allowed.decisions.iter().map(|decision| decision.name().to_owned()).collect(),
            actions: allowed.actions.iter().map(|action| action.name().to_owned()).collect(),
        };
        self.allow(&mut store);
        agent
            .vyomo_plugin_decision()
            .call_decide(&mut store, case, &allowed)
            .map_err(|error| self.fault(&error))?
            .map_err(|reason| Fault::InvalidOutput { reason: reason.escape_debug().to_string() })
    }

    fn describe(&self) -> Result<RawManifest, LoadError> {
        let (mut store, agent) = self.instance(None)?;
        self.allow(&mut store);
        let described = agent.vyomo_plugin_decision().call_describe(&mut store);
        described.map_err(|error| self.fault(&error).into())
    }

    /// An instance with the plugin's settings.
    fn instance(&self, model: Unasked) -> Result<(Store<State<Unasked>>, DecisionAgent), LoadError> {
        let mut store = store(&self.engine, &self.limits, model);
        self.allow(&mut store);
        let agent = self.ready.instantiate(&mut store).map_err(|error| self.fault(&error))?;
        if !self.settings.is_empty() {
            self.allow(&mut store);
            agent
                .vyomo_plugin_decision()
                .call_configure(&mut store, &self.settings)
                .map_err(|error| self.fault(&error))?
                .map_err(|reason| LoadError::Settings { reason: reason.escape_debug().to_string() })?;
        }
        Ok((store, agent))
    }

    /// Time and answer space for one call.
    fn allow(&self, store: &mut Store<State<Unasked>>) {
        store.set_epoch_deadline(ticks(self.limits.deadline));
        store.set_hostcall_fuel(ANSWER);
    }

    fn fault(&self, error: &wasmtime::Error) -> Fault {
        Fault::of(error, self.limits.deadline, ANSWER, 1)
    }
}

fn link(
    loader: &Loader,
    component: &Component,
    artifact: &Artifact,
) -> Result<DecisionAgentPre<State<Unasked>>, LoadError> {
    let mut linker = Linker::new(&loader.engine);
    if artifact.wants_wasi {
        wasi::link(&mut linker).map_err(unusable)?;
    }
    give_model(&mut linker, ticks(loader.limits.deadline)).map_err(unusable)?;
    linker.instantiate_pre(component).and_then(DecisionAgentPre::new).map_err(unusable)
}

/// Waiting for the model does not count: the component's time begins anew with the answer.
fn give_model(linker: &mut Linker<State<Unasked>>, deadline: u64) -> wasmtime::Result<()> {
    let mut interface = linker.instance(&format!("vyomo:plugin/language-model@{CONTRACT}"))?;
    interface.func_wrap(
        "complete",
        move |mut store: StoreContextMut<'_, State<Unasked>>, (request,): (Request,)| {
            let Some(model) = store.data_mut().power.take() else {
                wasmtime::bail!("asks the model more than once about one case")
            };
            let answer = model(request);
            store.set_epoch_deadline(deadline);
            Ok((answer,))
        },
    )
}

fn check(manifest: RawManifest, artifact: &Artifact) -> Result<AgentManifest, LoadError> {
    let wrong = |reason: String| LoadError::Manifest { reason };
    let RawManifest { name, version, powers, settings_schema } = manifest;
    if !is_kebab(&name) {
        return Err(wrong(format!("name {name:?} is not kebab-case (a-z, 0-9, -; at most 64)")));
    }
    if !is_version(&version) {
        return Err(wrong("version is not a short text such as 1.2.0".into()));
    }
    let power =
        |name: &String| Power::parse(name).ok_or_else(|| wrong(format!("there is no power {name:?}")));
    let powers: Vec<Power> = powers.iter().map(power).collect::<Result<_, _>>()?;
    if artifact.wants_model && !powers.contains(&Power::LanguageModel) {
        return Err(wrong("it imports language-model and does not ask for it in `powers`".into()));
    }
    if serde_json::from_str::<serde_json::Value>(&settings_schema).is_err() {
        return Err(wrong("settings-schema is not JSON".into()));
    }
    Ok(AgentManifest { name, version, powers, settings_schema })
}

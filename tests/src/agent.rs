//! Agents of the repository's own component.

use std::sync::Arc;

use host::{
    agent::{Agent, Choice, Start},
    config::Config,
    detectors::{
        agent::AgentPlugin, artifact::Artifact, compiled::Cache, engine, limits::Limits, plugin::Loader,
    },
    domain::time::Timestamp,
};
use tokio::runtime::Handle;

use crate::{missing_component, repository};

/// One that answers by its scorecard.
///
/// # Panics
///
/// Outside of a runtime, or if the component is not built.
pub fn scorecard() -> Agent {
    of(&Choice::Scorecard, &Config::default())
}

/// One of a choice, as configured, on the runtime of the caller.
///
/// # Panics
///
/// Outside of a runtime, or if it cannot be started.
#[expect(clippy::expect_used, reason = "a test that cannot be set up fails")]
pub fn of(choice: &Choice, config: &Config) -> Agent {
    let path = repository().join("plugins/agent/ai-decision/ai-decision.wasm");
    if !path.exists() {
        missing_component(&path);
    }
    let limits = Limits::default();
    let engine = engine::start(&limits).expect("an engine");
    let cache = Cache::open(&repository().join("target/test-cache")).expect("a cache");
    let artifact = Artifact::read(&path).expect("a component");
    let plugin = AgentPlugin::load(&Loader::new(engine, limits, cache), path, &artifact).expect("an agent");
    let start = Start {
        choice,
        record: None,
        plugin: Arc::new(plugin),
        config,
        runtime: Handle::current(),
        clock: Arc::new(Timestamp::now),
        seed: 1,
    };
    Agent::start(start).expect("an agent that starts")
}

//! What the tests start from: a case, a configuration, an agent.

use std::{
    num::NonZeroU32,
    path::Path,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicI64, Ordering},
    },
};

use host::{
    agent::{Agent, AgentError, Answer, Choice, Clock, Start},
    config::{AgentConfig, Config, PluginConfig},
    detectors::{agent::AgentPlugin, artifact::Artifact, engine, limits::Limits, plugin::Loader},
    domain::{
        case::{Case, CaseAnomaly, Context},
        family::Family,
        finding::Severity,
        judgement::Allowed,
        power::Power,
        time::Timestamp,
        vocabulary::{ActionType, DecisionType},
    },
};
use serde_json::{Value, json};
use tests::repository;
use tokio::runtime::Runtime;

use crate::api::{Api, Reaction};

/// The key of these tests.
pub(crate) const KEY: &str = "sk-ant-api03-do-not-tell";

/// 2026-01-01T00:00:00Z.
pub(crate) const NEW_YEAR: i64 = 1_767_225_600_000_000;

/// An uncertain case about a symbol.
pub(crate) fn case() -> Case {
    Case {
        anomaly: CaseAnomaly {
            family: Family::Market,
            kind: "PRICE_SPIKE".into(),
            detector: "price-movement".into(),
            subject: "AAA".into(),
            severity: Severity::Medium,
            score: 0.85,
            observed: Some(4.0),
            expected: Some(0.5),
            message: "Price up 4 % in one bar".into(),
            evidence: [("robust_z".to_owned(), 7.5), ("times_expected".to_owned(), 8.0)].into(),
            findings: 1,
            opened_at: NEW_YEAR,
            dissenting: Vec::new(),
        },
        context: Context::default(),
    }
}

/// A case about a trader, who is named wherever that can be.
pub(crate) fn of_trader(name: &str) -> Case {
    let mut case = case();
    case.anomaly.family = Family::Behavior;
    case.anomaly.subject = name.into();
    case.anomaly.message = format!("{name} trades twice as often as usual");
    case
}

/// Everything may be decided, and two things done.
pub(crate) fn all() -> Allowed {
    Allowed {
        decisions: DecisionType::ALL.to_vec(),
        actions: vec![ActionType::HaltSymbol, ActionType::QueueForReview],
    }
}

/// A good answer of the model.
pub(crate) fn good() -> Value {
    json!({
        "reason": "Seven deviations, and it stays there.",
        "decision": "FIX",
        "confidence": 0.9,
        "evidence": ["robust_z"],
        "actions": ["HALT_SYMBOL"]
    })
}

pub(crate) fn say(answer: &Value) -> Reaction {
    Reaction::Say(answer.to_string())
}

/// The component of this repository.
pub(crate) fn component() -> Arc<AgentPlugin> {
    static COMPONENT: OnceLock<Arc<AgentPlugin>> = OnceLock::new();
    let load = || {
        let path = repository().join("plugins/agent/ai-decision/ai-decision.wasm");
        let Ok(artifact) = Artifact::read(&path) else {
            panic!("{} is not built; `make test` builds it", path.display())
        };
        Arc::new(AgentPlugin::load(&loader(), path, &artifact).unwrap())
    };
    COMPONENT.get_or_init(load).clone()
}

pub(crate) fn loader() -> Loader {
    let limits = Limits::default();
    Loader::new(engine::start(&limits).unwrap(), limits, None)
}

pub(crate) fn number(number: u32) -> NonZeroU32 {
    NonZeroU32::new(number).unwrap()
}

/// A clock that stands still until it is moved.
#[derive(Clone, Default)]
pub(crate) struct Hands(Arc<AtomicI64>);

impl Hands {
    pub(crate) fn advance(&self, seconds: i64) {
        self.0.fetch_add(seconds * 1_000_000, Ordering::SeqCst);
    }

    fn clock(&self) -> Clock {
        let hands = self.0.clone();
        Arc::new(move || Timestamp(NEW_YEAR + hands.load(Ordering::SeqCst)))
    }
}

/// An agent, the API that it asks, and the clock.
pub(crate) struct Scene {
    pub(crate) agent: Agent,
    pub(crate) api: Api,
    pub(crate) hands: Hands,
    pub(crate) runtime: Runtime,
}

impl Scene {
    /// Claude behind a server that reacts so.
    pub(crate) fn new(
        reactions: impl IntoIterator<Item = Reaction>,
        adjust: impl FnOnce(&mut AgentConfig),
    ) -> Self {
        Self::with(component(), &Choice::Claude, None, reactions, adjust).unwrap()
    }

    pub(crate) fn with(
        plugin: Arc<AgentPlugin>,
        choice: &Choice,
        record: Option<&Path>,
        reactions: impl IntoIterator<Item = Reaction>,
        adjust: impl FnOnce(&mut AgentConfig),
    ) -> Result<Self, AgentError> {
        let runtime = Runtime::new().unwrap();
        let api = Api::start(runtime.handle(), reactions);
        let mut config = config(&api.url());
        config.plugins.insert(
            plugin.manifest.name.clone(),
            PluginConfig { grants: vec![Power::LanguageModel], ..PluginConfig::default() },
        );
        adjust(&mut config.agent);
        let hands = Hands::default();
        let agent = Agent::start(Start {
            choice,
            record,
            plugin,
            config: &config,
            runtime: runtime.handle().clone(),
            clock: hands.clock(),
            seed: 1,
        })?;
        Ok(Self { agent, api, hands, runtime })
    }

    pub(crate) fn ask(&self) -> Answer {
        self.agent.ask_blocking(&case(), &all())
    }

    /// How many requests the API saw.
    pub(crate) fn requests(&self) -> usize {
        self.api.received().len()
    }
}

/// Claude at this address, impatient.
pub(crate) fn config(url: &str) -> Config {
    let agent = AgentConfig {
        api_key: Some(KEY.to_owned().into()),
        base_url: url.into(),
        backoff_milliseconds: number(1),
        calls_per_minute: number(1_000),
        ..AgentConfig::default()
    };
    Config { agent, ..Config::default() }
}

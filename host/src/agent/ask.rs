use std::sync::{Arc, Mutex, PoisonError};

use tokio::runtime::Handle;

use crate::{
    config::{AgentConfig, Config, OnFailure},
    detectors::agent::{AgentPlugin, Model as Question, ModelError},
    domain::{
        case::Case,
        judgement::{Allowed, Verdict},
        power::Power,
        vocabulary::DecidedBy,
    },
    ledger::hash::Hash,
};

use super::{
    AgentError, Answer, Choice, Clock, Consultation, Failure, FailureKind, Metrics, Prompt,
    answer::review,
    bounds,
    claude::Claude,
    model::{Lent, Model},
    transcript::{Recorder, Replay},
};

/// What an agent is started with.
pub struct Start<'a> {
    /// Who decides.
    pub choice: &'a Choice,
    /// File that takes down what a model is asked and answers.
    pub record: Option<&'a std::path::Path>,
    /// The component.
    pub plugin: Arc<AgentPlugin>,
    /// The operator's word.
    pub config: &'a Config,
    /// Where requests run.
    pub runtime: Handle,
    /// Tells the time.
    pub clock: Clock,
    /// Seed of the waits between repetitions, different for each host.
    pub seed: u64,
}

/// Judges cases. Cheap to clone; clones share model, limits and metrics.
#[derive(Clone)]
pub struct Agent(Arc<Inner>);

struct Inner {
    plugin: Arc<AgentPlugin>,
    plugin_hash: Hash,
    config: AgentConfig,
    lent: Option<Arc<Lent>>,
    runtime: Handle,
    clock: Clock,
    metrics: Mutex<Metrics>,
}

/// What the model was asked and said about the case at hand.
type Consulted = Arc<Mutex<Option<(Hash, Consultation)>>>;

impl Agent {
    /// Makes an agent ready.
    ///
    /// # Errors
    /// If a live model is wanted and not asked for, not granted, or without a key; if a transcript cannot be used.
    pub fn start(start: Start<'_>) -> Result<Self, AgentError> {
        let Start { choice, record, plugin, config, runtime, clock, seed } = start;
        let model = match choice {
            Choice::Scorecard if record.is_some() => return Err(AgentError::NothingToRecord),
            Choice::Scorecard => None,
            Choice::Claude => {
                granted(&plugin, config)?;
                Some(Model::Claude(Box::new(Claude::new(&config.agent, clock.clone(), seed)?)))
            }
            Choice::Replay(file) => Some(Model::Replay(Replay::read(file)?)),
        };
        let recorder = record.map(|file| Recorder::create(file, clock.clone())).transpose()?;
        let lent = model.map(|model| Arc::new(Lent { model, recorder }));
        let hash = plugin.hash.parse().map_err(|_| AgentError::Hash { plugin: plugin.manifest.name.clone() });
        Ok(Self(Arc::new(Inner {
            plugin_hash: hash?,
            plugin,
            config: config.agent.clone(),
            lent,
            runtime,
            clock,
            metrics: Mutex::default(),
        })))
    }

    /// What the agent makes of a case.
    pub async fn ask(&self, case: &Case, allowed: &Allowed) -> Answer {
        let (agent, owned, bounds) = (self.clone(), case.clone(), allowed.clone());
        let asked = self.0.runtime.spawn_blocking(move || agent.ask_blocking(&owned, &bounds)).await;
        asked.unwrap_or_else(|error| {
            let failure = Failure::new(FailureKind::Component, format!("the agent's thread ended: {error}"));
            Answer::new(review(&failure), None, self.0.plugin_hash, 0)
        })
    }

    /// The same for code that is not asynchronous. Blocks; never call it from a task of the runtime.
    pub fn ask_blocking(&self, case: &Case, allowed: &Allowed) -> Answer {
        let agent = &*self.0;
        let began = (agent.clock)();
        let consulted = Consulted::default();
        let (verdict, failure) = agent.judge(case, allowed, &consulted);
        let consulted = lock(&consulted).take();
        let latency = (agent.clock)().0.saturating_sub(began.0).max(0);
        if let Some(failure) = &failure {
            tracing::warn!(kind = ?failure.kind, reason = %failure, "the model did not decide");
        }
        let answer = Answer::new(verdict, consulted.clone(), agent.plugin_hash, latency);
        let consulted = consulted.as_ref().map(|(_, consulted)| consulted);
        lock(&agent.metrics).count(&answer, consulted, failure.map(|failure| failure.kind));
        answer
    }

    /// Whether it answers without waiting for anybody: a live model is waited for.
    pub fn answers_at_once(&self) -> bool {
        !self.0.lent.as_ref().is_some_and(|lent| matches!(lent.model, Model::Claude(_)))
    }

    /// Version of its component, as that says itself.
    pub fn plugin_version(&self) -> &str {
        &self.0.plugin.manifest.version
    }

    /// What it did so far.
    pub fn metrics(&self) -> Metrics {
        lock(&self.0.metrics).clone()
    }
}

impl Inner {
    /// The verdict, and why the model did not come to it where it was to.
    fn judge(&self, case: &Case, allowed: &Allowed, consulted: &Consulted) -> (Verdict, Option<Failure>) {
        let shown = if self.config.pseudonyms { &case.without_names() } else { case };
        let json = match serde_json::to_string(shown) {
            Ok(json) => json,
            Err(error) => {
                return failed(Failure::new(FailureKind::Component, format!("the case is no JSON: {error}")));
            }
        };
        let judged = self
            .decide(&json, case, allowed, self.question(consulted))
            .and_then(|verdict| self.accept(verdict, consulted));
        match judged {
            Ok(verdict) => (verdict, None),
            Err(failure) if self.may_fall_back(&failure) => self.by_scorecard(&json, case, allowed, failure),
            Err(failure) => failed(failure),
        }
    }

    /// The component's verdict within bounds.
    fn decide(
        &self,
        json: &str,
        case: &Case,
        allowed: &Allowed,
        model: Question,
    ) -> Result<Verdict, Failure> {
        let raw = self.plugin.decide(json, allowed, model).map_err(|fault| {
            Failure::new(
                FailureKind::Component,
                format!("the agent's component {} {fault}", self.plugin.manifest.name),
            )
        })?;
        bounds::check(raw, case, allowed)
    }

    /// Lends the model, if there is one.
    fn question(&self, consulted: &Consulted) -> Question {
        let Some(lent) = self.lent.clone() else { return Box::new(|_| Err(ModelError::NotGranted)) };
        let (runtime, consulted) = (self.runtime.clone(), consulted.clone());
        Box::new(move |request| {
            let prompt = Prompt::from(request);
            let said = runtime.block_on(lent.consult(&prompt));
            let outcome = said.outcome.clone();
            *lock(&consulted) = Some((prompt.digest(), said));
            outcome.map_err(|failure| ModelError::NoAnswer(failure.reason))
        })
    }

    /// Whether a verdict comes from whom it is to come from.
    fn accept(&self, verdict: Verdict, consulted: &Consulted) -> Result<Verdict, Failure> {
        let outcome = lock(consulted).as_ref().map(|(_, said)| said.outcome.clone());
        let why =
            verdict.fallback.clone().unwrap_or_else(|| "the agent did not use the model's answer".into());
        match (verdict.decided_by, outcome) {
            (DecidedBy::Model, Some(Ok(_))) => self.sure_enough(verdict),
            (DecidedBy::Scorecard, _) if self.lent.is_none() => Ok(Verdict { fallback: None, ..verdict }),
            (DecidedBy::Scorecard, Some(Err(failure))) => Err(failure),
            (DecidedBy::Scorecard, _) => Err(Failure::new(FailureKind::Unusable, why)),
            (DecidedBy::Model, _) => Err(Failure::new(
                FailureKind::Component,
                "the agent's component calls an answer the model's that the model did not give",
            )),
            _ => Err(Failure::new(FailureKind::NotAllowed, why)),
        }
    }

    fn sure_enough(&self, verdict: Verdict) -> Result<Verdict, Failure> {
        let least = self.config.minimum_confidence.value();
        if verdict.confidence >= least {
            return Ok(Verdict { fallback: None, ..verdict });
        }
        let said = format!(
            "the model was {:.2} sure of {}, below {least:.2}",
            verdict.confidence,
            verdict.decision.name()
        );
        Err(Failure::new(FailureKind::Unsure, said))
    }

    /// What was not allowed stays REVIEW, and a component that broke is not asked again.
    fn may_fall_back(&self, failure: &Failure) -> bool {
        let is_final = matches!(failure.kind, FailureKind::NotAllowed | FailureKind::Component);
        self.lent.is_some() && self.config.on_failure == OnFailure::Scorecard && !is_final
    }

    /// The scorecard's verdict, which says why the model's is missing.
    fn by_scorecard(
        &self,
        json: &str,
        case: &Case,
        allowed: &Allowed,
        failure: Failure,
    ) -> (Verdict, Option<Failure>) {
        let reason = failure.reason.clone();
        let silent: Question = Box::new(move |_| Err(ModelError::NoAnswer(reason)));
        match self.decide(json, case, allowed, silent) {
            Ok(verdict) if verdict.decided_by == DecidedBy::Scorecard => {
                let reason = format!("{}; the model did not decide: {failure}", verdict.reason);
                (Verdict { reason, fallback: Some(failure.reason.clone()), ..verdict }, Some(failure))
            }
            Ok(_) => failed(failure),
            Err(worse) => failed(worse),
        }
    }
}

impl Lent {
    async fn consult(&self, prompt: &Prompt) -> Consultation {
        match &self.recorder {
            Some(recorder) => recorder.consult(&self.model, prompt).await,
            None => self.model.consult(prompt).await,
        }
    }
}

fn failed(failure: Failure) -> (Verdict, Option<Failure>) {
    (review(&failure), Some(failure))
}

/// Two keys open a power.
fn granted(plugin: &AgentPlugin, config: &Config) -> Result<(), AgentError> {
    let (power, name) = (Power::LanguageModel, &plugin.manifest.name);
    if !plugin.manifest.powers.contains(&power) {
        return Err(AgentError::NotAsked { plugin: name.clone(), power: power.name() });
    }
    if !config.grants(name, power) {
        return Err(AgentError::NotGranted { plugin: name.clone(), power: power.name() });
    }
    Ok(())
}

/// What a panicking thread left behind is still whole: values are replaced, never changed halfway.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

//! Claude through Anthropic's Messages API.
//!
//! A request waits for its turn ([`gate`]), reserves what it can cost ([`budget`]), is sent ([`send`]) and, if it failed
//! for a passing reason, sent again after a while ([`retry`]). A model that fails again and again is left alone
//! ([`breaker`]).

mod breaker;
mod budget;
mod gate;
mod retry;
mod send;
mod wire;

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tracing::Instrument as _;

use crate::{config::AgentConfig, domain::random::Random};

use super::{AgentError, Clock, Consultation, Prompt};
use breaker::Breaker;
use budget::Budget;
use gate::Gate;
use retry::Again;
use send::{Api, Charge, Failed, Reply};

/// Who runs the model.
pub const PROVIDER: &str = "anthropic";

/// The model, with everything that bounds its use. Requests at the same time share the bounds.
pub struct Claude {
    config: AgentConfig,
    api: Api,
    gate: Gate,
    budget: Arc<Budget>,
    breaker: Mutex<Breaker>,
    jitter: Mutex<Random>,
    clock: Clock,
}

impl Claude {
    /// A client that has asked nothing yet.
    ///
    /// # Errors
    /// If there is no key, or no such address can be asked.
    pub fn new(config: &AgentConfig, clock: Clock, seed: u64) -> Result<Self, AgentError> {
        Ok(Self {
            api: Api::new(config)?,
            gate: Gate::new(config, clock.clone()),
            budget: Arc::new(Budget::new(config.spend_per_day.amount())),
            breaker: Mutex::new(Breaker::new(config)),
            jitter: Mutex::new(Random::new(seed, "agent")),
            clock,
            config: config.clone(),
        })
    }

    /// Asks the model.
    pub async fn consult(&self, prompt: &Prompt) -> Consultation {
        let span = tracing::info_span!(
            "consult",
            gen_ai.provider.name = PROVIDER,
            gen_ai.request.model = self.config.model
        );
        async {
            let replied = self.reply(prompt).await;
            let (usage, model, outcome) = match replied {
                Ok(Reply { text, model, usage }) => (Some(usage), Some(model), Ok(text)),
                Err(Failed { failure, usage, .. }) => (usage, None, Err(failure)),
            };
            tracing::debug!(?usage, answered = outcome.is_ok(), "asked");
            Consultation {
                provider: Some(PROVIDER.into()),
                model: Some(model.unwrap_or_else(|| self.config.model.clone())),
                cost: usage.map(|usage| budget::cost(&self.config.prices, &usage)),
                usage,
                outcome,
            }
        }
        .instrument(span)
        .await
    }

    async fn reply(&self, prompt: &Prompt) -> Result<Reply, Failed> {
        lock(&self.breaker).check((self.clock)())?;
        let replied = self.with_repetitions(prompt).await;
        lock(&self.breaker).note(replied.as_ref().err().map(|failed| failed.failure.kind), (self.clock)());
        replied
    }

    async fn with_repetitions(&self, prompt: &Prompt) -> Result<Reply, Failed> {
        let body = wire::request(&self.config, prompt)?;
        let mut repetition = 0;
        loop {
            let failed = match self.attempt(body.clone()).await {
                Ok(reply) => return Ok(reply),
                Err(failed) => failed,
            };
            let Again::After(asked) = failed.again else { return Err(failed) };
            if repetition >= self.config.retries {
                return Err(failed);
            }
            let wait = asked.unwrap_or_else(|| self.backoff(repetition));
            tracing::info!(reason = %failed.failure, ?wait, "asking again");
            tokio::time::sleep(wait).await;
            repetition += 1;
        }
    }

    /// One request, in its turn and within the budget.
    async fn attempt(&self, body: Vec<u8>) -> Result<Reply, Failed> {
        let _turn = self.gate.turn().await?;
        let most = budget::most(&self.config, body.len());
        let reserved = self.budget.reserve(most, (self.clock)())?;
        let replied = self.api.send(body).await;
        reserved.settle(match &replied {
            Ok(reply) => Some(budget::cost(&self.config.prices, &reply.usage)),
            Err(failed) => match (failed.charge, failed.usage) {
                (_, Some(usage)) => Some(budget::cost(&self.config.prices, &usage)),
                (Charge::Nothing, None) => Some(rust_decimal::Decimal::ZERO),
                (Charge::Unknown, None) => None,
            },
        });
        replied
    }

    fn backoff(&self, repetition: u32) -> Duration {
        let first = Duration::from_millis(self.config.backoff_milliseconds.get().into());
        retry::backoff(first, repetition, lock(&self.jitter).unit())
    }
}

/// What a panicking thread left behind is still whole.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

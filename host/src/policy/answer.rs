//! What policies build as their answers.

use std::sync::{Arc, Mutex, PoisonError};

use rhai::Array;
use serde_json::{Map, Value};

use crate::domain::{
    judgement::Allowed,
    vocabulary::{ActionType, DecisionType, NotificationPriority, SubjectType},
};

/// Actions, and messages, that one answer may hold.
pub(super) const MAX_PLANNED: usize = 32;

/// An answer in the hands of a policy: copies are the same answer, so that nothing added to one is lost.
#[derive(Clone, Debug)]
pub(super) struct SharedAnswer(Arc<Mutex<Answer>>);

impl SharedAnswer {
    /// Adds something, and gives the answer to go on with.
    pub(super) fn add(&self, change: impl FnOnce(&mut Answer) -> Result<(), String>) -> Result<Self, String> {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))?;
        Ok(self.clone())
    }

    /// The answer as it is now.
    pub(super) fn take(self) -> Answer {
        let lock = Arc::try_unwrap(self.0).unwrap_or_else(|shared| {
            Mutex::new(shared.lock().unwrap_or_else(PoisonError::into_inner).clone())
        });
        lock.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}

impl From<Answer> for SharedAnswer {
    fn from(answer: Answer) -> Self {
        Self(Arc::new(Mutex::new(answer)))
    }
}

/// A decision with what follows from it.
#[derive(Clone, Debug)]
pub(super) struct Answer {
    pub(super) decision: DecisionType,
    pub(super) reason: String,
    pub(super) confidence: f64,
    pub(super) actions: Vec<Action>,
    pub(super) messages: Vec<Message>,
}

/// A question to the agent.
#[derive(Clone, Debug)]
pub(super) struct Question(pub(super) Allowed);

/// An action before the host knows on what.
#[derive(Clone, Debug)]
pub(super) struct Action {
    pub(super) kind: ActionType,
    /// `None`: the anomaly's own.
    pub(super) subject: Option<String>,
    pub(super) parameters: Map<String, Value>,
}

/// A message to recipients.
#[derive(Clone, Debug)]
pub(super) struct Message {
    pub(super) priority: NotificationPriority,
    pub(super) title: String,
    /// `None`: the reason.
    pub(super) body: Option<String>,
}

/// What kind of thing an action is done to.
pub(super) const fn subject_type(action: ActionType) -> SubjectType {
    match action {
        ActionType::HaltSymbol | ActionType::DiscardBar | ActionType::WidenLimits => SubjectType::Symbol,
        ActionType::PauseAlgorithm | ActionType::ReduceWeight => SubjectType::Algorithm,
        ActionType::CoolDownUser | ActionType::ReduceLimit | ActionType::RequireConfirmation => {
            SubjectType::User
        }
        ActionType::AdjustThreshold => SubjectType::Detector,
        ActionType::QueueForReview | ActionType::Webhook => SubjectType::Anomaly,
    }
}

impl Answer {
    /// A decision without consequences.
    pub(super) fn new(decision: DecisionType, reason: &str, confidence: f64) -> Result<Self, String> {
        if !(0.0..=1.0).contains(&confidence) {
            return Err(format!("confidence is {confidence}; it goes from 0 to 1"));
        }
        if reason.trim().is_empty() {
            return Err("the reason is empty; one line says why".to_owned());
        }
        Ok(Self {
            decision,
            reason: reason.to_owned(),
            confidence,
            actions: Vec::new(),
            messages: Vec::new(),
        })
    }

    /// Adds an action.
    pub(super) fn act(&mut self, action: Action) -> Result<(), String> {
        bounded(&mut self.actions, action, "actions")
    }

    /// Adds a message.
    pub(super) fn tell(&mut self, message: Message) -> Result<(), String> {
        bounded(&mut self.messages, message, "messages")
    }
}

fn bounded<T>(list: &mut Vec<T>, value: T, what: &str) -> Result<(), String> {
    if list.len() == MAX_PLANNED {
        return Err(format!("more than {MAX_PLANNED} {what} in one answer"));
    }
    list.push(value);
    Ok(())
}

impl Question {
    /// A question that allows these decisions and actions.
    pub(super) fn new(decisions: &Array, actions: &Array) -> Result<Self, String> {
        let decisions = words(decisions, "decision", DecisionType::parse)?;
        if decisions.is_empty() {
            return Err("ask allows no decision, so nothing could be answered; allow at least one".to_owned());
        }
        Ok(Self(Allowed { decisions, actions: words(actions, "action", ActionType::parse)? }))
    }
}

fn words<T>(list: &Array, what: &str, parse: impl Fn(&str) -> Option<T>) -> Result<Vec<T>, String> {
    list.iter()
        .map(|word| {
            let text = word.to_string();
            parse(&text).ok_or_else(|| format!("there is no {what} \"{text}\""))
        })
        .collect()
}

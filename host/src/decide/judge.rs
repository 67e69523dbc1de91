//! From a case to a judgement: triage, the agent if the policy asks for it, and the policy's last word.

use std::sync::Arc;

use serde::Serialize;

use crate::{
    actions::{Guard, is_counted},
    agent::{Agent, Answer},
    domain::{
        case::Case,
        judgement::{Allowed, Resolution, Triage, Verdict},
        time::Timestamp,
        vocabulary::{DecidedBy, DecisionType},
    },
    ledger::{canonical, hash::Hash},
    policy::{PolicyError, PolicySet},
};

/// Who judges: a set of policies, and the agent that they may ask.
#[derive(Clone)]
pub struct Judge {
    policies: Arc<PolicySet>,
    agent: Option<Agent>,
}

impl Judged {
    /// The same within the bounds of what is done without a person, whose word is the operator's.
    pub fn hold(&mut self, guard: &mut Guard, now: Timestamp) {
        let before = self.resolution.decision;
        self.resolution = guard.hold(self.resolution.clone(), now);
        if self.resolution.decision != before {
            self.decided_by = DecidedBy::Policy;
        }
    }

    /// The same where a person decided before: nobody else puts a decision in the place of a person's.
    pub fn defer_to_person(&mut self) {
        let resolution = &mut self.resolution;
        resolution.reason = format!(
            "more severe since a person decided; {} was found: {}",
            resolution.decision.name(),
            resolution.reason
        );
        resolution.decision = DecisionType::Review;
        resolution.actions.retain(|action| !is_counted(action.action_type));
        self.decided_by = DecidedBy::Policy;
    }
}

/// What triage came to.
#[derive(Clone, Debug, PartialEq)]
pub enum First {
    /// It is judged.
    Judged(Box<Judged>),
    /// The agent is to be asked.
    Ask(Allowed),
}

/// A judgement, and what it rests on.
#[derive(Clone, Debug, PartialEq)]
pub struct Judged {
    /// What is to be done, and who is to be told.
    pub resolution: Resolution,
    /// Who decided.
    pub decided_by: DecidedBy,
    /// What the agent said, where it was asked.
    pub answer: Option<Answer>,
    /// Version of the agent's component, where it was asked.
    pub agent_version: Option<String>,
    /// The policies.
    pub policy_hash: Hash,
    /// Digest of the case without names, and of what the agent might answer; `None` if one of its numbers is not
    /// finite.
    pub inputs_digest: Option<Hash>,
}

#[derive(Serialize)]
struct Inputs<'a> {
    case: &'a Case,
    #[serde(skip_serializing_if = "Option::is_none")]
    allowed: Option<&'a Allowed>,
}

impl Judge {
    /// A judge. What would be asked goes to a person where there is no agent.
    pub const fn new(policies: Arc<PolicySet>, agent: Option<Agent>) -> Self {
        Self { policies, agent }
    }

    /// Who is asked where policies leave it open.
    pub const fn agent(&self) -> Option<&Agent> {
        self.agent.as_ref()
    }

    /// Digest of the policies.
    pub fn policy_hash(&self) -> Hash {
        self.policies.hash()
    }

    /// Whether the agent answers without waiting for anybody.
    pub fn answers_at_once(&self) -> bool {
        self.agent.as_ref().is_none_or(Agent::answers_at_once)
    }

    /// The policy's first look. What fails is for a person to look at.
    pub fn first(&self, case: &Case) -> First {
        match self.policies.triage(case) {
            Ok(Triage::Ask(allowed)) => First::Ask(allowed),
            Ok(Triage::Decide { decision, confidence, reason }) => {
                let verdict = Verdict {
                    decision,
                    decided_by: DecidedBy::Policy,
                    confidence,
                    reason,
                    evidence: Vec::new(),
                    actions: Vec::new(),
                    fallback: None,
                };
                First::Judged(Box::new(self.last(case, &verdict, None, None)))
            }
            Err(error) => {
                First::Judged(Box::new(self.judged(case, None, failed(&error), DecidedBy::Policy, None)))
            }
        }
    }

    /// Asks the agent, and gives the policy the last word.
    pub async fn ask(&self, case: &Case, allowed: &Allowed) -> Judged {
        let answer = match &self.agent {
            Some(agent) => Some(agent.ask(case, allowed).await),
            None => None,
        };
        self.answered(case, allowed, answer)
    }

    /// As [`Self::ask`], for code that is not asynchronous; never called from a task of a runtime.
    pub fn ask_blocking(&self, case: &Case, allowed: &Allowed) -> Judged {
        let answer = self.agent.as_ref().map(|agent| agent.ask_blocking(case, allowed));
        self.answered(case, allowed, answer)
    }

    fn answered(&self, case: &Case, allowed: &Allowed, answer: Option<Answer>) -> Judged {
        let verdict = answer.as_ref().map_or_else(nobody, |answer| answer.verdict.clone());
        self.last(case, &verdict, Some(allowed), answer)
    }

    /// What remains where the agent was asked in vain: a person looks at it.
    pub fn give_up(&self, case: &Case, why: &str) -> Judged {
        let verdict = Verdict { reason: format!("for a person to decide: {why}"), ..nobody() };
        self.last(case, &verdict, None, None)
    }

    fn last(
        &self,
        case: &Case,
        verdict: &Verdict,
        allowed: Option<&Allowed>,
        answer: Option<Answer>,
    ) -> Judged {
        let (resolution, decided_by) = match self.policies.resolve(case, verdict) {
            Ok(resolution) if resolution.decision == verdict.decision => (resolution, verdict.decided_by),
            Ok(resolution) => (resolution, DecidedBy::Policy),
            Err(error) => (failed(&error), DecidedBy::Policy),
        };
        self.judged(case, allowed, resolution, decided_by, answer)
    }

    fn judged(
        &self,
        case: &Case,
        allowed: Option<&Allowed>,
        resolution: Resolution,
        decided_by: DecidedBy,
        answer: Option<Answer>,
    ) -> Judged {
        let inputs = Inputs { case: &case.without_names(), allowed };
        let inputs_digest = canonical::bytes(&inputs).ok().map(|bytes| Hash::of(&bytes));
        let asked = self.agent.as_ref().filter(|_| answer.is_some());
        let agent_version = asked.map(|agent| agent.plugin_version().to_owned());
        Judged {
            resolution,
            decided_by,
            answer,
            agent_version,
            policy_hash: self.policies.hash(),
            inputs_digest,
        }
    }
}

/// The verdict where there is nobody to ask.
fn nobody() -> Verdict {
    Verdict {
        decision: DecisionType::Review,
        decided_by: DecidedBy::Policy,
        confidence: 0.0,
        reason: "a person has to look at it, since there is no agent to ask".into(),
        evidence: Vec::new(),
        actions: Vec::new(),
        fallback: None,
    }
}

/// A policy that fails never means that nothing is to be done.
fn failed(error: &PolicyError) -> Resolution {
    Resolution {
        decision: DecisionType::Review,
        confidence: 0.0,
        reason: format!("a person has to look at it, since the policy failed: {error}"),
        actions: Vec::new(),
        notifications: Vec::new(),
    }
}

//! A judgement as it is carried out: the decision's answer, the actions that follow, and who is told.

use std::sync::Arc;

use uuid::Uuid;

use super::judge::Judged;
use crate::{
    actions::{Cause, Request},
    domain::{
        case::CaseAnomaly,
        ids::version_7,
        judgement::Allowed,
        random::Random,
        time::Timestamp,
        vocabulary::{DecidedBy, DecisionType},
    },
    ledger::hash::Hash,
    notify::Announcement,
    store::{anomalies::AnomalyRef, decisions::Answer},
};

/// What a decision is about, and when it is made.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// The decision.
    pub decision_id: Uuid,
    /// How often it was decided anew.
    pub revision: i32,
    /// The anomaly.
    pub anomaly: AnomalyRef,
    /// The anomaly, as it was judged.
    pub case: &'a CaseAnomaly,
    /// The moment.
    pub now: Timestamp,
}

/// The decision's answer; `latency` is in microseconds.
pub fn answer(judged: &Judged, latency: i64, now: Timestamp) -> Answer {
    let resolution = &judged.resolution;
    let asked = judged.answer.as_ref();
    Answer {
        decision: resolution.decision,
        decided_by: judged.decided_by,
        confidence: Some(resolution.confidence),
        reason: resolution.reason.clone(),
        provider: asked.and_then(|answer| answer.provider.clone()),
        model: asked.and_then(|answer| answer.model.clone()),
        prompt_hash: asked.and_then(|answer| answer.prompt_hash),
        input_tokens: asked.and_then(|answer| answer.input_tokens),
        output_tokens: asked.and_then(|answer| answer.output_tokens),
        cost: asked.and_then(|answer| answer.cost),
        policy_hash: Some(judged.policy_hash),
        plugin_hash: asked.map(|answer| answer.plugin_hash),
        plugin_version: judged.agent_version.clone(),
        inputs_digest: judged.inputs_digest,
        latency,
        decided_at: now,
    }
}

/// What a decision is while the agent has not answered: REVIEW.
pub fn pending(allowed: &Allowed, policy_hash: Hash, now: Timestamp) -> Answer {
    let names: Vec<&str> = allowed.decisions.iter().map(|decision| decision.name()).collect();
    Answer {
        decision: DecisionType::Review,
        decided_by: DecidedBy::Policy,
        confidence: None,
        reason: format!("the agent is asked, and may answer {}", names.join(", ")),
        provider: None,
        model: None,
        prompt_hash: None,
        input_tokens: None,
        output_tokens: None,
        cost: None,
        policy_hash: Some(policy_hash),
        plugin_hash: None,
        plugin_version: None,
        inputs_digest: None,
        latency: 0,
        decided_at: now,
    }
}

/// The actions that a judgement asks for.
pub fn requests(judged: &Judged, of: &Subject<'_>, random: &mut Random) -> Vec<Request> {
    let resolution = &judged.resolution;
    let cause = Arc::new(Cause {
        decision_id: of.decision_id,
        revision: of.revision,
        is_automatic: judged.decided_by != DecidedBy::Person,
        decision: resolution.decision,
        confidence: Some(resolution.confidence),
        reason: resolution.reason.clone(),
        anomaly_id: of.anomaly.id(),
        anomaly: of.case.clone(),
    });
    let request = |planned| Request { id: version_7(of.now.0, random), cause: Arc::clone(&cause), planned };
    resolution.actions.iter().cloned().map(request).collect()
}

/// Who is to be told what.
pub fn announcements(judged: &Judged, of: &Subject<'_>, random: &mut Random) -> Vec<Announcement> {
    let announce = |planned| Announcement {
        id: version_7(of.now.0, random),
        planned,
        kind: of.case.kind.clone(),
        anomaly: Some(of.anomaly),
        action_id: None,
    };
    judged.resolution.notifications.iter().cloned().map(announce).collect()
}

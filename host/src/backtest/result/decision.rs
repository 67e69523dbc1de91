//! Decisions as people and programs read them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::AnomalyRecord;
use crate::{
    decide::judge::Judged,
    domain::{
        finding::Severity,
        vocabulary::{DecidedBy, DecisionType},
    },
    scoring::Truth,
};

/// What was decided about one anomaly.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DecisionRecord {
    /// Which one: its place among `anomalies`, counted from 0.
    pub anomaly: u64,
    /// What is to be done.
    pub decision: DecisionType,
    /// Who decided.
    pub decided_by: DecidedBy,
    /// How sure of it that was, 0 to 1.
    pub confidence: f64,
    /// One line for a person.
    pub reason: String,
    /// How often it was decided anew, since the anomaly became more severe.
    pub revision: u32,
    /// Who runs the model; null where none was asked.
    pub provider: Option<String>,
    /// Name of the model; null where none was asked.
    pub model: Option<String>,
    /// SHA-256 of what the model was told; null where none was asked.
    pub prompt_hash: Option<String>,
    /// Tokens that the model read; null where none was asked.
    pub input_tokens: Option<i32>,
    /// Tokens that the model wrote; null where none was asked.
    pub output_tokens: Option<i32>,
    /// US dollars, exactly; null where no model was asked.
    pub cost: Option<String>,
    /// Why the model did not decide though it was to; null where it did, or was not asked.
    pub fallback: Option<String>,
    /// SHA-256 of the case without names, and of what the agent might answer.
    pub inputs_digest: Option<String>,
    /// Notifications that it asks for.
    pub notifications: u64,
}

/// Decisions in numbers.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DecisionSummary {
    /// FIX.
    pub fix: u64,
    /// KEEP.
    pub keep: u64,
    /// REVIEW.
    pub review: u64,
    /// Mean confidence, 0 to 1; null without decisions.
    pub average_confidence: Option<f64>,
    /// Decided by a policy alone.
    pub by_policy: u64,
    /// Decided by a language model.
    pub by_model: u64,
    /// Decided by the scorecard of the agent's component.
    pub by_scorecard: u64,
    /// Who answers for the agent: `scorecard`, `claude` or `replay`.
    pub agent: String,
    /// Against labels; null without labels.
    pub quality: Option<DecisionQuality>,
}

/// Decisions against labels; anomalies of which labels say that nobody can tell do not count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DecisionQuality {
    /// True anomalies, and how many of them ended in FIX or REVIEW.
    pub true_caught: Share,
    /// True anomalies of severity HIGH and above, and how many of them ended in FIX.
    pub severe_fixed: Share,
    /// False anomalies, and how many of them ended in FIX.
    pub false_fixed: Share,
    /// False anomalies, and how many of them ended in KEEP.
    pub false_kept: Share,
    /// All, and how many of them ended in REVIEW.
    pub reviewed: Share,
}

/// Some of all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Share {
    /// Those that were so.
    pub count: u64,
    /// All.
    pub of: u64,
}

impl Share {
    fn count(&mut self, is_so: bool) {
        self.of += 1;
        self.count += u64::from(is_so);
    }

    /// The share, 0 to 1; `None` of nothing.
    pub fn value(self) -> Option<f64> {
        (self.of > 0).then(|| self.count as f64 / self.of as f64)
    }
}

impl DecisionRecord {
    /// The decision about an anomaly, in one of its revisions.
    pub fn new(anomaly: u64, revision: u32, judged: &Judged) -> Self {
        let (resolution, answer) = (&judged.resolution, judged.answer.as_ref());
        Self {
            anomaly,
            decision: resolution.decision,
            decided_by: judged.decided_by,
            confidence: resolution.confidence,
            reason: resolution.reason.clone(),
            revision,
            provider: answer.and_then(|it| it.provider.clone()),
            model: answer.and_then(|it| it.model.clone()),
            prompt_hash: answer.and_then(|it| it.prompt_hash).map(|hash| hash.to_string()),
            input_tokens: answer.and_then(|it| it.input_tokens),
            output_tokens: answer.and_then(|it| it.output_tokens),
            cost: answer.and_then(|it| it.cost).map(|cost| cost.to_string()),
            fallback: answer.and_then(|it| it.verdict.fallback.clone()),
            inputs_digest: judged.inputs_digest.map(|digest| digest.to_string()),
            notifications: resolution.notifications.len() as u64,
        }
    }
}

impl DecisionSummary {
    /// Counts decisions about `anomalies`.
    pub fn of(decisions: &[DecisionRecord], anomalies: &[AnomalyRecord], agent: &str) -> Self {
        let decided = |decision| decisions.iter().filter(|it| it.decision == decision).count() as u64;
        let by = |who| decisions.iter().filter(|it| it.decided_by == who).count() as u64;
        let confidence = decisions.iter().map(|it| it.confidence).sum::<f64>() / decisions.len() as f64;
        Self {
            fix: decided(DecisionType::Fix),
            keep: decided(DecisionType::Keep),
            review: decided(DecisionType::Review),
            average_confidence: (!decisions.is_empty()).then_some(confidence),
            by_policy: by(DecidedBy::Policy),
            by_model: by(DecidedBy::Model),
            by_scorecard: by(DecidedBy::Scorecard),
            agent: agent.to_owned(),
            quality: DecisionQuality::of(decisions, anomalies),
        }
    }
}

impl DecisionQuality {
    fn of(decisions: &[DecisionRecord], anomalies: &[AnomalyRecord]) -> Option<Self> {
        let mut quality = None;
        for decision in decisions {
            let Some(anomaly) = anomalies.get(decision.anomaly as usize) else { continue };
            let Some(truth) = anomaly.truth else { continue };
            quality.get_or_insert_with(Self::default).count(decision.decision, truth, anomaly.severity);
        }
        quality
    }

    fn count(&mut self, decision: DecisionType, truth: Truth, severity: Severity) {
        match truth {
            Truth::True => {
                self.true_caught.count(decision != DecisionType::Keep);
                if severity >= Severity::High {
                    self.severe_fixed.count(decision == DecisionType::Fix);
                }
            }
            Truth::False => {
                self.false_fixed.count(decision == DecisionType::Fix);
                self.false_kept.count(decision == DecisionType::Keep);
            }
            Truth::Ignored => return,
        }
        self.reviewed.count(decision == DecisionType::Review);
    }
}

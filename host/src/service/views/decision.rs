use async_graphql::SimpleObject;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::AnomalyFamily;
use crate::{
    domain::{
        time::Timestamp,
        vocabulary::{DecidedBy, DecisionStatus, DecisionType},
    },
    store::{anomalies::AnomalyRef, decisions},
};

/// What is to be done about an anomaly, as of now.
#[derive(Clone, Debug, PartialEq, Serialize, SimpleObject, ToSchema)]
#[serde(rename_all = "camelCase")]
#[graphql(complex)]
pub struct Decision {
    /// Its id.
    pub id: Uuid,
    /// The anomaly that it is about.
    pub anomaly_id: Uuid,
    /// Family of that anomaly.
    pub family: AnomalyFamily,
    /// What is to be done; REVIEW while the decision is pending.
    pub decision: DecisionType,
    /// How far it is.
    pub status: DecisionStatus,
    /// How often it was decided anew.
    pub revision: i32,
    /// Who decided.
    pub decided_by: DecidedBy,
    /// How sure of it that was, 0 to 1; a person does not say.
    pub confidence: Option<f64>,
    /// One line for a person.
    pub reason: String,
    /// Who runs the model, where one was asked.
    pub provider: Option<String>,
    /// Name of the model.
    pub model: Option<String>,
    /// SHA-256 of what the model was told.
    pub prompt_hash: Option<String>,
    /// Tokens that the model read.
    pub input_tokens: Option<i32>,
    /// Tokens that the model wrote.
    pub output_tokens: Option<i32>,
    /// US dollars, an exact decimal.
    pub cost: Option<String>,
    /// SHA-256 of the policies that judged.
    pub policy_hash: Option<String>,
    /// SHA-256 of the component that judged.
    pub plugin_hash: Option<String>,
    /// Version of that component.
    pub plugin_version: Option<String>,
    /// SHA-256 of everything that the decision was made from.
    pub inputs_digest: Option<String>,
    /// How long it took to decide, milliseconds.
    pub latency_ms: f64,
    /// When it was decided, or asked for.
    pub decided_at: Timestamp,
    /// The person who replaced it.
    pub reviewed_by: Option<String>,
    /// When.
    pub reviewed_at: Option<Timestamp>,
}

impl From<decisions::Decision> for Decision {
    fn from(record: decisions::Decision) -> Self {
        let answer = record.answer;
        Self {
            id: record.id,
            anomaly_id: record.anomaly.id(),
            family: record.anomaly.into(),
            decision: answer.decision,
            status: record.status,
            revision: record.revision,
            decided_by: answer.decided_by,
            confidence: answer.confidence,
            reason: answer.reason,
            provider: answer.provider,
            model: answer.model,
            prompt_hash: answer.prompt_hash.map(|hash| hash.to_string()),
            input_tokens: answer.input_tokens,
            output_tokens: answer.output_tokens,
            cost: answer.cost.map(|cost| cost.to_string()),
            policy_hash: answer.policy_hash.map(|hash| hash.to_string()),
            plugin_hash: answer.plugin_hash.map(|hash| hash.to_string()),
            plugin_version: answer.plugin_version,
            inputs_digest: answer.inputs_digest.map(|hash| hash.to_string()),
            latency_ms: milliseconds(answer.latency),
            decided_at: answer.decided_at,
            reviewed_by: record.reviewed_by,
            reviewed_at: record.reviewed_at,
        }
    }
}

impl From<AnomalyRef> for AnomalyFamily {
    fn from(anomaly: AnomalyRef) -> Self {
        match anomaly {
            AnomalyRef::Market(_) => Self::Market,
            AnomalyRef::Conflict(_) => Self::Conflict,
            AnomalyRef::Behavior(_) => Self::Behavior,
        }
    }
}

/// Microseconds as milliseconds.
pub(super) fn milliseconds(microseconds: i64) -> f64 {
    microseconds as f64 / 1_000.0
}

/// What a decision was before it was made anew.
#[derive(Clone, Debug, PartialEq, Serialize, SimpleObject, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DecisionRevision {
    /// Counted from 0.
    pub revision: i32,
    /// What was to be done.
    pub decision: DecisionType,
    /// How far it was.
    pub status: DecisionStatus,
    /// Who had decided.
    pub decided_by: DecidedBy,
    /// How sure of it that was, 0 to 1.
    pub confidence: Option<f64>,
    /// Why.
    pub reason: String,
    /// Who, where it was a person.
    pub actor: Option<String>,
    /// When it was decided, or asked for.
    pub decided_at: Timestamp,
}

impl From<decisions::Revision> for DecisionRevision {
    fn from(record: decisions::Revision) -> Self {
        Self {
            revision: record.revision,
            decision: record.decision,
            status: record.status,
            decided_by: record.decided_by,
            confidence: record.confidence,
            reason: record.reason,
            actor: record.actor,
            decided_at: record.decided_at,
        }
    }
}

/// Figures of a group of decisions, which one of the first three fields names; where all are null, of all.
#[derive(Clone, Debug, PartialEq, Serialize, SimpleObject, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DecisionStats {
    /// Those that decided this.
    pub decision: Option<DecisionType>,
    /// Those that were made so.
    pub decided_by: Option<DecidedBy>,
    /// Those for which a model of this provider was asked.
    pub provider: Option<String>,
    /// How many.
    pub count: i64,
    /// Mean of their confidence, 0 to 1; null where none has any.
    pub confidence: Option<f64>,
    /// Mean time to decide, milliseconds.
    pub mean_latency_ms: f64,
    /// Median time to decide, milliseconds.
    pub p50_latency_ms: f64,
    /// 95th percentile of the time to decide, milliseconds.
    pub p95_latency_ms: f64,
    /// 99th percentile of the time to decide, milliseconds.
    pub p99_latency_ms: f64,
    /// What they cost together, US dollars, an exact decimal.
    pub cost: String,
}

impl From<decisions::DecisionStatistics> for DecisionStats {
    fn from(figures: decisions::DecisionStatistics) -> Self {
        Self {
            decision: figures.decision,
            decided_by: figures.decided_by,
            provider: figures.provider,
            count: figures.count,
            confidence: figures.confidence,
            mean_latency_ms: figures.mean_latency / 1_000.0,
            p50_latency_ms: figures.p50_latency / 1_000.0,
            p95_latency_ms: figures.p95_latency / 1_000.0,
            p99_latency_ms: figures.p99_latency / 1_000.0,
            cost: figures.cost.to_string(),
        }
    }
}

/// How one language model does.
#[derive(Clone, Debug, PartialEq, Serialize, SimpleObject, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ModelStats {
    /// Who runs it.
    pub provider: String,
    /// Its name.
    pub model: Option<String>,
    /// Decisions for which it was asked.
    pub count: i64,
    /// Share of them that a person replaced, 0 to 1.
    pub overridden: f64,
    /// Mean of the confidence that it had, 0 to 1; null where it never said.
    pub confidence: Option<f64>,
    /// Median time to decide, milliseconds.
    pub p50_latency_ms: f64,
    /// 95th percentile of the time to decide, milliseconds.
    pub p95_latency_ms: f64,
    /// 99th percentile of the time to decide, milliseconds.
    pub p99_latency_ms: f64,
    /// Tokens that it read.
    pub input_tokens: i64,
    /// Tokens that it wrote.
    pub output_tokens: i64,
    /// US dollars, an exact decimal.
    pub cost: String,
}

impl From<decisions::ModelPerformance> for ModelStats {
    fn from(figures: decisions::ModelPerformance) -> Self {
        Self {
            provider: figures.provider,
            model: figures.model,
            count: figures.count,
            overridden: figures.overridden,
            confidence: figures.confidence,
            p50_latency_ms: figures.p50_latency / 1_000.0,
            p95_latency_ms: figures.p95_latency / 1_000.0,
            p99_latency_ms: figures.p99_latency / 1_000.0,
            input_tokens: figures.input_tokens,
            output_tokens: figures.output_tokens,
            cost: figures.cost.to_string(),
        }
    }
}

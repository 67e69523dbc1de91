use async_graphql::SimpleObject;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use super::decision::milliseconds;
use crate::{
    domain::{
        time::Timestamp,
        vocabulary::{ActionStatus, ActionType, SubjectType},
    },
    store::actions,
};

/// Something that was to be done because of a decision, and what came of it.
#[derive(Clone, Debug, PartialEq, Serialize, SimpleObject, ToSchema)]
#[serde(rename_all = "camelCase")]
#[graphql(complex)]
pub struct Action {
    /// Its id.
    pub id: Uuid,
    /// The decision behind it.
    pub decision_id: Uuid,
    /// What is done.
    #[serde(rename = "type")]
    #[graphql(name = "type")]
    pub action_type: ActionType,
    /// How far it is.
    pub status: ActionStatus,
    /// What kind of thing it is done to.
    pub subject_type: SubjectType,
    /// Name of that thing.
    pub subject: String,
    /// How it is done.
    pub parameters: Value,
    /// Whether it can be undone now.
    pub can_roll_back: bool,
    /// What it gave.
    pub result: Option<Value>,
    /// Why it failed.
    pub error: Option<String>,
    /// How often it was tried.
    pub attempts: i32,
    /// When it was asked for.
    pub requested_at: Timestamp,
    /// When it succeeded or failed.
    pub finished_at: Option<Timestamp>,
    /// How long it took, milliseconds.
    pub duration_ms: Option<f64>,
    /// When it was undone.
    pub rolled_back_at: Option<Timestamp>,
    /// Who undid it.
    pub rolled_back_by: Option<String>,
    /// Why.
    pub rollback_reason: Option<String>,
    /// Why the last try to undo it failed; null once it is undone.
    pub rollback_error: Option<String>,
}

impl From<actions::Action> for Action {
    fn from(record: actions::Action) -> Self {
        Self {
            id: record.id,
            decision_id: record.decision_id,
            action_type: record.action_type,
            status: record.status,
            subject_type: record.subject_type,
            subject: record.subject,
            parameters: record.parameters,
            can_roll_back: record.status == ActionStatus::Succeeded && record.compensation.is_some(),
            result: record.result,
            error: record.error,
            attempts: record.attempts,
            requested_at: record.requested_at,
            finished_at: record.finished_at,
            duration_ms: record.duration.map(milliseconds),
            rolled_back_at: record.rolled_back_at,
            rolled_back_by: record.rolled_back_by,
            rollback_reason: record.rollback_reason,
            rollback_error: record.rollback_error,
        }
    }
}

/// Figures of actions in a period.
#[derive(Clone, Debug, PartialEq, Serialize, SimpleObject, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ActionStats {
    /// How many there are, by type and status.
    pub counts: Vec<ActionCount>,
    /// How often they succeed and how long they take: all types together, then each that occurs.
    pub performance: Vec<ActionPerformance>,
}

/// How many actions of one type are one way.
#[derive(Clone, Debug, PartialEq, Serialize, SimpleObject, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ActionCount {
    /// Their type.
    #[serde(rename = "type")]
    #[graphql(name = "type")]
    pub action_type: ActionType,
    /// How far they are.
    pub status: ActionStatus,
    /// How many there are.
    pub count: i64,
    /// How many of them follow a decision that is FIX now.
    pub fixes: i64,
    /// How long they took on average, milliseconds; null while they are pending.
    pub mean_duration_ms: Option<f64>,
}

impl From<actions::ActionStatistics> for ActionCount {
    fn from(figures: actions::ActionStatistics) -> Self {
        Self {
            action_type: figures.action_type,
            status: figures.status,
            count: figures.actions,
            fixes: figures.fixes,
            mean_duration_ms: figures.mean_duration.map(|duration| duration / 1_000.0),
        }
    }
}

/// How often actions succeed, and how long they take.
#[derive(Clone, Debug, PartialEq, Serialize, SimpleObject, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ActionPerformance {
    /// Their type; null for all types together.
    #[serde(rename = "type")]
    #[graphql(name = "type")]
    pub action_type: Option<ActionType>,
    /// How many are finished.
    pub finished: i64,
    /// How many succeeded, undone later or not.
    pub succeeded: i64,
    /// Share of those finished, 0 to 1; null if none is.
    pub success_rate: Option<f64>,
    /// Mean duration, milliseconds; like the others null if none is finished.
    pub mean_ms: Option<f64>,
    /// Median, milliseconds.
    pub p50_ms: Option<f64>,
    /// What 95 of 100 do not exceed, milliseconds.
    pub p95_ms: Option<f64>,
    /// What 99 of 100 do not exceed, milliseconds.
    pub p99_ms: Option<f64>,
}

impl ActionPerformance {
    /// Rates and durations of the same type in one.
    pub fn of(rate: &actions::SuccessRate, durations: Option<&actions::Performance>) -> Self {
        let milliseconds = |of: fn(&actions::Performance) -> Option<f64>| {
            durations.and_then(of).map(|duration| duration / 1_000.0)
        };
        Self {
            action_type: rate.action_type,
            finished: rate.finished,
            succeeded: rate.succeeded,
            success_rate: rate.rate,
            mean_ms: milliseconds(|durations| durations.mean),
            p50_ms: milliseconds(|durations| durations.p50),
            p95_ms: milliseconds(|durations| durations.p95),
            p99_ms: milliseconds(|durations| durations.p99),
        }
    }
}

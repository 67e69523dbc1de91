use async_graphql::SimpleObject;
use serde::Serialize;
use utoipa::ToSchema;

use super::{Anomaly, AnomalyFamily, AutomationStatus};
use crate::domain::{
    finding::Severity,
    time::Timestamp,
    vocabulary::{ActionStatus, DecisionType, NotificationStatus},
};

/// Anomalies of one severity.
#[derive(Clone, Copy, Debug, Serialize, SimpleObject, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SeverityTally {
    /// The severity.
    pub severity: Severity,
    /// How many.
    pub count: i64,
}

/// Anomalies of one family.
#[derive(Clone, Copy, Debug, Serialize, SimpleObject, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FamilyTally {
    /// The family.
    pub family: AnomalyFamily,
    /// How many.
    pub count: i64,
}

/// Decisions of one kind.
#[derive(Clone, Copy, Debug, Serialize, SimpleObject, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DecisionTally {
    /// What was decided.
    pub decision: DecisionType,
    /// How many.
    pub count: i64,
}

/// Actions that are equally far.
#[derive(Clone, Copy, Debug, Serialize, SimpleObject, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ActionTally {
    /// How far they are.
    pub status: ActionStatus,
    /// How many.
    pub count: i64,
}

/// Notifications that are equally far.
#[derive(Clone, Copy, Debug, Serialize, SimpleObject, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NotificationTally {
    /// How far they are.
    pub status: NotificationStatus,
    /// How many.
    pub count: i64,
}

/// What is going on, at a glance.
#[derive(Clone, Debug, Serialize, SimpleObject, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Dashboard {
    /// When it was looked at.
    pub at: Timestamp,
    /// From when on anomalies, decisions, actions and notifications are counted.
    pub since: Timestamp,
    /// Anomalies opened since then.
    pub anomalies: i64,
    /// These by severity, LOW first.
    pub anomalies_by_severity: Vec<SeverityTally>,
    /// These by family.
    pub anomalies_by_family: Vec<FamilyTally>,
    /// Decisions made since then, KEEP first.
    pub decisions: Vec<DecisionTally>,
    /// Actions asked for since then.
    pub actions: Vec<ActionTally>,
    /// Notifications made since then.
    pub notifications: Vec<NotificationTally>,
    /// What is under way now.
    pub realtime: Realtime,
    /// Whether hosts act by themselves.
    pub automation: AutomationStatus,
    /// The newest anomalies, newest first.
    pub recent_anomalies: Vec<Anomaly>,
}

/// What is under way now.
#[derive(Clone, Copy, Debug, Serialize, SimpleObject, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Realtime {
    /// When it was looked at.
    pub at: Timestamp,
    /// Anomalies recorded in the last minute.
    pub anomalies_last_minute: i64,
    /// Decisions made in the last minute.
    pub decisions_last_minute: i64,
    /// Actions asked for in the last minute.
    pub actions_last_minute: i64,
    /// Decisions that somebody was asked for and that are not made.
    pub pending_decisions: i64,
    /// Decisions that wait for a person.
    pub review_queue: i64,
    /// Actions that are not finished.
    pub pending_actions: i64,
    /// Controls in force.
    pub controls_in_force: i64,
    /// Notifications that are not told yet.
    pub pending_notifications: i64,
    /// Jobs that wait or are under way.
    pub open_jobs: i64,
    /// Blocks in the ledger.
    pub ledger_size: i64,
    /// When the last block was sealed.
    pub last_block_at: Option<Timestamp>,
    /// Whether automatic actions are stopped.
    pub is_automation_stopped: bool,
}

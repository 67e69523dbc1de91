use async_graphql::SimpleObject;
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::time::Timestamp;

/// How long something takes, in milliseconds; none where nothing was measured.
#[derive(Clone, Copy, Debug, Default, Serialize, SimpleObject, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Latency {
    /// Mean.
    pub mean: Option<f64>,
    /// Median.
    pub p50: Option<f64>,
    /// What 95 of 100 do not exceed.
    pub p95: Option<f64>,
    /// What 99 of 100 do not exceed.
    pub p99: Option<f64>,
}

/// How well the platform does its work over a period.
#[derive(Clone, Debug, Serialize, SimpleObject, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Metrics {
    /// First moment of the period.
    pub from: Timestamp,
    /// First moment after it.
    pub until: Timestamp,
    /// Anomalies opened.
    pub anomalies: i64,
    /// Of these, marked real by persons.
    pub confirmed: i64,
    /// Of these, marked not real by persons.
    pub refuted: i64,
    /// Share of marked anomalies that are real, 0 to 1; none where nobody marked any.
    pub precision: Option<f64>,
    /// Decisions made.
    pub decisions: i64,
    /// Mean of their confidence, 0 to 1.
    pub mean_confidence: Option<f64>,
    /// From an anomaly to its decision.
    pub decision_latency: Latency,
    /// What decisions by language models cost: US dollars, an exact decimal.
    pub model_cost: String,
    /// Actions finished.
    pub actions: i64,
    /// Share of these that succeeded, 0 to 1.
    pub action_success_rate: Option<f64>,
    /// From asking for an action to its end.
    pub action_latency: Latency,
    /// Deliveries of notifications that are over.
    pub deliveries: i64,
    /// Share of these that arrived, 0 to 1.
    pub delivery_success_rate: Option<f64>,
    /// Seconds since this host was started.
    pub uptime_seconds: i64,
}

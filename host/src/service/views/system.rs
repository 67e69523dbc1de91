use async_graphql::SimpleObject;
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::time::Timestamp;

/// How something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, async_graphql::Enum, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum HealthStatus {
    /// As it should be.
    Healthy,
    /// It works, and somebody should look at it.
    Degraded,
    /// It does not work.
    Unhealthy,
}

/// One part of the platform.
#[derive(Clone, Debug, Serialize, SimpleObject, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct HealthCheck {
    /// Name of the part.
    pub name: String,
    /// How it is.
    pub status: HealthStatus,
    /// What was seen.
    pub detail: String,
}

/// How the platform is.
#[derive(Clone, Debug, Serialize, SimpleObject, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Health {
    /// As its worst part.
    pub status: HealthStatus,
    /// When it was looked at.
    pub at: Timestamp,
    /// Since when this host runs.
    pub started_at: Timestamp,
    /// Seconds since then.
    pub uptime_seconds: i64,
    /// Each part.
    pub checks: Vec<HealthCheck>,
}

/// What runs here.
#[derive(Clone, Debug, Serialize, SimpleObject, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Version {
    /// Version of the host.
    pub version: String,
    /// Newest version of the plugin contract that it runs.
    pub plugin_contract: String,
    /// Newest migration of the database that it knows.
    pub schema: i64,
}

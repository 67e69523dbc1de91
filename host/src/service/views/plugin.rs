use async_graphql::SimpleObject;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::time::Timestamp;

/// How a plugin is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, async_graphql::Enum, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum PluginState {
    /// It answers.
    Running,
    /// It skipped too many rows and is left out; what it said stands.
    Quarantined,
    /// It broke its contract or its deadline and is left out.
    Failed,
    /// Its file cannot be used.
    Refused,
}

/// A component, and what it does.
#[derive(Clone, Debug, Serialize, Deserialize, SimpleObject, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Plugin {
    /// Its name; of a refused one, that of its file.
    pub name: String,
    /// Its own version.
    pub version: Option<String>,
    /// SHA-256 of its bytes.
    pub hash: Option<String>,
    /// MARKET, CONFLICT, BEHAVIOR or AGENT.
    pub family: Option<String>,
    /// How it is.
    pub state: PluginState,
    /// Why it is so, where it does not run.
    pub reason: Option<String>,
    /// Calls since this set runs, those of the warm-up not counted.
    pub calls: u64,
    /// Rows that it was shown.
    pub rows: u64,
    /// Findings that it gave.
    pub findings: u64,
    /// Seconds spent in calls.
    pub busy_seconds: f64,
    /// Linear memory of all its instances, bytes.
    pub memory_bytes: u64,
    /// Rows on which it trapped.
    pub traps: u64,
    /// Instances that replaced a trapped one.
    pub restarts: u64,
}

/// A set of plugins: they are replaced together or not at all.
#[derive(Clone, Debug, Serialize, Deserialize, SimpleObject, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PluginSet {
    /// Digest of names, versions and hashes.
    pub digest: String,
    /// Since when it runs.
    pub since: Timestamp,
    /// All of them, by name.
    pub plugins: Vec<Plugin>,
    /// Why the newest set on disk does not run, where it does not.
    pub refused: Option<String>,
}

/// What reading plugins anew came to.
#[derive(Clone, Debug, Serialize, Deserialize, SimpleObject, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Reloaded {
    /// Whether other plugins run now.
    pub is_new: bool,
    /// Number of the block that says so; none where the ledger names these plugins already.
    pub block: Option<u64>,
    /// Rows on record that old and new ones were shown.
    pub rows_compared: u64,
    /// Findings about these that both made.
    pub findings_same: u64,
    /// Findings about these that only the old ones made.
    pub findings_gone: u64,
    /// Findings about these that only the new ones make.
    pub findings_new: u64,
    /// Some of these: `-` or `+`, time, subject, detector and kind.
    pub samples: Vec<String>,
    /// Rows that each worker had taken in when it changed over.
    pub positions: Vec<u64>,
    /// What runs now.
    pub set: PluginSet,
}

/// A plugin that ran, and is kept.
#[derive(Clone, Debug, Serialize, Deserialize, SimpleObject, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PluginVersion {
    /// Its name.
    pub name: String,
    /// Its own version.
    pub version: String,
    /// SHA-256 of its bytes.
    pub hash: String,
    /// When it was first seen.
    pub first_seen: Timestamp,
    /// Whether it runs now.
    pub is_running: bool,
}

use async_graphql::SimpleObject;
use serde::Serialize;
use utoipa::ToSchema;

/// How a plugin is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, async_graphql::Enum, ToSchema)]
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
#[derive(Clone, Debug, Serialize, SimpleObject, ToSchema)]
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
#[derive(Clone, Debug, Serialize, SimpleObject, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PluginSet {
    /// Digest of names, versions and hashes.
    pub digest: String,
    /// All of them, by name.
    pub plugins: Vec<Plugin>,
    /// Why the newest set on disk does not run, where it does not.
    pub refused: Option<String>,
}

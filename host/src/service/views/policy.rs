use async_graphql::SimpleObject;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::domain::time::Timestamp;

/// A file of policies or of their cases.
#[derive(Clone, Debug, Serialize, Deserialize, SimpleObject, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PolicyFile {
    /// Its name.
    pub name: String,
    /// Its text.
    pub text: String,
}

/// A set of policies: they are replaced together or not at all.
#[derive(Clone, Debug, Serialize, Deserialize, SimpleObject, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PolicySet {
    /// SHA-256 over all files.
    pub hash: String,
    /// Whether it decides now.
    pub is_live: bool,
    /// Since when it decides; none where it does not.
    pub live_since: Option<Timestamp>,
    /// Number of the block that says so.
    pub block: Option<u64>,
    /// Why the newest set on disk does not decide, where this one does in its place.
    pub refused: Option<String>,
    /// Its files, by name.
    pub files: Vec<PolicyFile>,
}

/// A set that was live, or could be.
#[derive(Clone, Debug, Serialize, Deserialize, SimpleObject, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PolicyVersion {
    /// SHA-256 over all files.
    pub hash: String,
    /// When it was first seen.
    pub first_seen: Timestamp,
    /// Whether it decides now.
    pub is_live: bool,
}

/// What edited policies would decide otherwise.
#[derive(Clone, Debug, Serialize, SimpleObject, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PolicyDryRun {
    /// SHA-256 over the edited files.
    pub hash: String,
    /// Anomalies with a decision that were looked at.
    pub decided: u64,
    /// Of these, compared with the decision on record, since the policies that made it are not kept.
    pub by_record: u64,
    /// Whether older ones were left out.
    pub is_cut: bool,
    /// How many decisions would be others.
    pub flips: u64,
    /// The first of them, oldest first.
    pub samples: Vec<PolicyFlip>,
}

/// A decision that would be another.
#[derive(Clone, Debug, Serialize, SimpleObject, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PolicyFlip {
    /// The anomaly.
    pub anomaly_id: Uuid,
    /// When it opened.
    pub opened_at: Timestamp,
    /// The detector's own word for it.
    pub kind: String,
    /// What was said: KEEP, REVIEW, FIX or ASK.
    pub before: String,
    /// What would be said.
    pub after: String,
    /// Why.
    pub reason: String,
}

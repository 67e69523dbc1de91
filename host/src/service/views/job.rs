use async_graphql::SimpleObject;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    domain::{time::Timestamp, vocabulary::JobStatus},
    service::jobs::Asked,
    store::jobs::JobRecord,
};

/// A backtest that a host makes in the background.
#[derive(Clone, Debug, Serialize, SimpleObject, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Job {
    /// Its id.
    pub id: Uuid,
    /// How far it is.
    pub status: JobStatus,
    /// How much of it is done, 0 to 1.
    pub progress: f64,
    /// Who asked for it.
    pub requested_by: String,
    /// What came of it, once it succeeded.
    pub result: Option<JobResult>,
    /// Why it was given up.
    pub error: Option<String>,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// When it was over.
    pub finished_at: Option<Timestamp>,
}

/// What came of a backtest.
#[derive(Clone, Debug, Serialize, Deserialize, SimpleObject, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct JobResult {
    /// The recorded run, which has the whole result and a block of the ledger.
    pub run_id: Uuid,
    /// Rows that were run.
    pub rows: u64,
    /// Findings of all detectors.
    pub findings: u64,
    /// Anomalies that these came to.
    pub anomalies: u64,
    /// Decisions about them.
    pub decisions: u64,
    /// Actions that would have been done.
    pub actions: u64,
}

impl From<JobRecord> for Job {
    fn from(job: JobRecord) -> Self {
        Self {
            id: job.id,
            status: job.status,
            progress: job.progress,
            requested_by: Asked::by(&job.input),
            result: job.result.and_then(|result| serde_json::from_value(result).ok()),
            error: job.error,
            created_at: job.created_at,
            finished_at: job.finished_at,
        }
    }
}

/// A file that was handed in.
#[derive(Clone, Debug, Serialize, SimpleObject, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Upload {
    /// What jobs know it by, for a day.
    pub id: Uuid,
    /// How long it is, bytes.
    pub bytes: u64,
    /// SHA-256 of it, hexadecimal.
    pub sha256: String,
}

use async_graphql::SimpleObject;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    domain::{time::Timestamp, vocabulary::JobStatus},
    service::{
        exports::ExportKind,
        files::FileFormat,
        jobs::{Asked, EXPORT},
    },
    store::jobs::JobRecord,
};

/// Work that a host does in the background.
#[derive(Clone, Debug, Serialize, SimpleObject, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Job {
    /// Its id.
    pub id: Uuid,
    /// What kind of work.
    pub kind: JobKind,
    /// How far it is.
    pub status: JobStatus,
    /// How much of it is done, 0 to 1.
    pub progress: f64,
    /// Who asked for it.
    pub requested_by: String,
    /// What came of a backtest, once it succeeded.
    pub result: Option<JobResult>,
    /// What came of an export, once it succeeded.
    pub file: Option<JobFile>,
    /// Why it was given up.
    pub error: Option<String>,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// When it was over.
    pub finished_at: Option<Timestamp>,
}

/// What kind of work a job is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, async_graphql::Enum, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum JobKind {
    /// A backtest of stored rows or uploads.
    Backtest,
    /// A whole list as a file.
    Export,
}

/// A file that a job made: `GET /api/jobs/{id}/result` has it for a day.
#[derive(Clone, Debug, Serialize, Deserialize, SimpleObject, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct JobFile {
    /// Which list.
    pub what: ExportKind,
    /// How it is written.
    pub format: FileFormat,
    /// Items of the list.
    pub items: u64,
    /// How long it is, bytes.
    pub bytes: u64,
    /// SHA-256 of it, hexadecimal.
    pub sha256: String,
    /// Pieces that it is kept in.
    #[graphql(skip)]
    #[schema(ignore)]
    pub pieces: i32,
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
        let kind = if job.kind == EXPORT { JobKind::Export } else { JobKind::Backtest };
        let result = job.result.unwrap_or_default();
        Self {
            id: job.id,
            kind,
            status: job.status,
            progress: job.progress,
            requested_by: Asked::by(&job.input),
            result: JobResult::deserialize(&result).ok(),
            file: JobFile::deserialize(&result).ok(),
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

//! Rows that are handed in.

use std::time::Duration;

use super::{
    Platform, Result, ServiceError,
    views::{Ingested, LISTED, RejectedRow},
};
use crate::{
    access::{Caller, Scope},
    live::{self, IngestError},
    store::rows::Rows,
};

/// When to try again where too much waits, or another host is about to give up what it holds.
const RETRY: Duration = Duration::from_secs(1);

/// Takes in rows, and answers when they and all that they come to are committed. A `request` that is sent again under
/// the same name counts its rows once.
///
/// # Errors
///
/// If the caller may not, too many rows wait, another host takes in rows of the same symbols or traders, or the
/// database fails. Some of the rows may be committed then; sent again, these count as duplicates.
pub async fn ingest(
    platform: &Platform,
    caller: &Caller,
    rows: Rows,
    request: Option<&str>,
) -> Result<Ingested> {
    caller.check(Scope::Ingest)?;
    let name = match request {
        Some(request) => format!("{}/{request}", caller.name),
        None => platform.ids.next(platform.now()).to_string(),
    };
    Ok(platform.engine.ingest(rows, &name).await?.into())
}

impl From<live::Ingested> for Ingested {
    fn from(taken: live::Ingested) -> Self {
        let decisions = || taken.recorded.iter().flat_map(|recorded| recorded.decisions.iter());
        let reject = |problem: &live::Problem| RejectedRow {
            kind: problem.kind.name().to_owned(),
            row: problem.row,
            reason: problem.reason.clone(),
        };
        Self {
            accepted: taken.accepted,
            duplicates: taken.duplicates,
            late: taken.late,
            rejected: taken.problems.iter().take(LISTED).map(reject).collect(),
            rejected_count: taken.problems.len() as u64,
            anomalies: taken.anomalies().collect(),
            decisions: decisions().map(|decision| decision.id).collect(),
            pending: decisions().filter(|it| it.is_pending).map(|decision| decision.id).collect(),
            actions: taken.recorded.iter().flat_map(|it| it.actions.iter().map(|action| action.id)).collect(),
            last_block: taken.blocks.iter().map(|blocks| blocks.end - 1).max(),
        }
    }
}

impl From<IngestError> for ServiceError {
    fn from(error: IngestError) -> Self {
        let reason = error.to_string();
        match error {
            IngestError::Overloaded { .. } => Self::Overloaded { reason, retry_after: RETRY },
            IngestError::TooManyRows { .. } | IngestError::TooManyDays { .. } => {
                Self::invalid("rows", reason)
            }
            IngestError::TooManySubjects { .. } => Self::Conflict { reason },
            IngestError::Stopping => Self::Unavailable { reason, retry_after: RETRY },
            IngestError::HeldElsewhere { wait, .. } => {
                Self::Unavailable { reason, retry_after: wait.max(RETRY) }
            }
            IngestError::Store(inside) => {
                tracing::error!("rows are not taken in: {inside}");
                Self::Unavailable {
                    reason: "rows cannot be written at the moment".to_owned(),
                    retry_after: RETRY,
                }
            }
            IngestError::Components(inside) => Self::Internal(anyhow::anyhow!("{inside}")),
        }
    }
}

//! Whole lists as files that are made in the background.

pub mod columns;
mod source;
mod terms;

use std::time::Duration;

use async_graphql::InputObject;
use futures::{Stream, stream};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    Platform, Result, ServiceError,
    files::FileFormat,
    jobs::{self, EXPORT},
    views::Job,
};
use crate::{
    access::{Caller, Scope},
    domain::time::{DAY, Timestamp},
    store::{Store, job_files},
};

pub use source::Source;

/// Bytes of all files together, after which no more are begun.
const MOST_BYTES: u64 = 1 << 30;

/// Which list is exported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, async_graphql::Enum, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ExportKind {
    /// Anomalies of all families.
    Anomalies,
    /// Decisions.
    Decisions,
    /// Actions.
    Actions,
    /// Blocks of the ledger.
    Blocks,
}

impl ExportKind {
    /// What its file is called.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Anomalies => "anomalies",
            Self::Decisions => "decisions",
            Self::Actions => "actions",
            Self::Blocks => "blocks",
        }
    }
}

/// A list that is to be exported, newest first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, InputObject, ToSchema)]
#[graphql(name = "ExportInput")]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Export {
    /// Which list.
    pub what: ExportKind,
    /// How it is written.
    pub format: FileFormat,
    /// Which of its items, an object: by the parameters of the list in REST, for example `{"severity": "CRITICAL"}`; all
    /// where nothing is said.
    #[schema(value_type = Option<Object>)]
    pub filter: Option<Value>,
}

impl Export {
    /// Which items, in the words of the list.
    pub(super) fn terms(&self) -> Result<Map<String, Value>> {
        match &self.filter {
            None | Some(Value::Null) => Ok(Map::new()),
            Some(Value::Object(terms)) => Ok(terms.clone()),
            Some(_) => Err(ServiceError::invalid("filter", "give an object")),
        }
    }
}

/// Asks for an export. It is kept for a day after it is made.
///
/// # Errors
///
/// If the caller is no operator, the list does not know what the filter says, too much waits or is kept already, or the
/// database fails.
pub async fn start(platform: &Platform, caller: &Caller, export: Export) -> Result<Job> {
    caller.check(Scope::Operator)?;
    Source::of(&export)?;
    let (store, now) = (platform.store(), platform.now());
    job_files::delete_older_than(store, Timestamp(now.0 - DAY)).await?;
    if job_files::size(store).await? >= MOST_BYTES {
        let reason = format!("exports may take {MOST_BYTES} bytes together; each is kept for a day");
        return Err(ServiceError::Overloaded { reason, retry_after: Duration::from_hours(1) });
    }
    let export = serde_json::to_value(export).map_err(|error| ServiceError::Internal(error.into()))?;
    jobs::enqueue(platform, caller, EXPORT, export).await
}

/// The pieces of a file that a job made, in order, as long as it is kept.
///
/// # Errors
///
/// [`ServiceError::Expired`] if it is not kept any more; or the database fails.
pub(super) async fn pieces(
    store: &Store,
    job: Uuid,
    count: i32,
) -> Result<impl Stream<Item = Result<Vec<u8>>> + Send + use<>> {
    let gone = move || ServiceError::Expired { reason: format!("the file of job {job} was kept for a day") };
    let first = if count == 0 { None } else { Some(job_files::get(store, job, 0).await?.ok_or_else(gone)?) };
    let store = store.clone();
    Ok(stream::try_unfold((first, 1), move |(piece, number)| {
        let store = store.clone();
        async move {
            let Some(piece) = piece else { return Ok(None) };
            let next = if number < count {
                Some(job_files::get(&store, job, number).await?.ok_or_else(gone)?)
            } else {
                None
            };
            Ok(Some((piece, (next, number + 1))))
        }
    }))
}

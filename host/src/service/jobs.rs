//! Work that takes long, done in the background, of each kind one at a time: backtests and exports.

use std::time::Duration;

use async_graphql::InputObject;
use futures::{StreamExt as _, stream::BoxStream};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    Platform, Result, ServiceError, backtests, exports,
    page::Listed,
    views::{Job, JobFile, Upload},
};
use crate::{
    access::{Caller, Scope},
    domain::time::Timestamp,
    ingest::Role,
    ledger::hash::Hash,
    store::{
        jobs::{self, JobRecord, NewJob},
        page::{Cursor, Window},
        requests, uploads,
    },
};

/// What jobs of this kind are called in the store.
pub const BACKTEST: &str = "BACKTEST";

/// And of this one.
pub const EXPORT: &str = "EXPORT";

/// All of them.
const KINDS: [&str; 2] = [BACKTEST, EXPORT];

/// Most jobs of a kind that wait or run.
const WAITING: i64 = 20;

/// Most names or files that a backtest takes.
const MOST_NAMES: usize = 1_000;

/// Bytes of all uploads together.
const MOST_BYTES: i64 = 512 << 20;

/// What a backtest goes through: rows that are stored, or files that were handed in.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, InputObject, ToSchema)]
#[graphql(name = "BacktestInput")]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Backtest {
    /// Stored rows from this moment on.
    pub from: Option<Timestamp>,
    /// Stored rows before this moment.
    pub until: Option<Timestamp>,
    /// Bars and signals of these symbols; of all where nothing is said.
    pub symbols: Option<Vec<String>>,
    /// Trades of these traders; of all where nothing is said.
    pub users: Option<Vec<String>>,
    /// Files that were handed in, in place of stored rows.
    pub uploads: Option<Vec<UploadedFile>>,
}

/// A file that was handed in, and what it is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, InputObject, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UploadedFile {
    /// The upload.
    pub id: Uuid,
    /// What is in it.
    pub role: FileRole,
}

/// What is in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, async_graphql::Enum, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum FileRole {
    /// Bars of symbols.
    Market,
    /// What algorithms said.
    Signals,
    /// Fills of traders.
    Trades,
    /// What was really anomalous.
    Labels,
}

impl From<FileRole> for Role {
    fn from(role: FileRole) -> Self {
        match role {
            FileRole::Market => Self::Market,
            FileRole::Signals => Self::Signals,
            FileRole::Trades => Self::Trades,
            FileRole::Labels => Self::Labels,
        }
    }
}

/// What a job's input says.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Asked {
    /// Who asked.
    pub requested_by: String,
    /// For what.
    #[serde(alias = "backtest")]
    pub work: Value,
}

impl Asked {
    /// Who asked for a job with this input.
    pub(super) fn by(input: &Value) -> String {
        input.get("requestedBy").and_then(Value::as_str).unwrap_or_default().to_owned()
    }
}

/// Keeps a file for a day, so that a backtest can go through it.
///
/// # Errors
///
/// If the caller is no operator, there are too many files already, or the database fails.
pub async fn upload(platform: &Platform, caller: &Caller, content: &[u8]) -> Result<Upload> {
    caller.check(Scope::Operator)?;
    if content.is_empty() {
        return Err(ServiceError::invalid("content", "the file is empty"));
    }
    let now = platform.now();
    let id = platform.ids.next(now);
    let mut change = platform.journal.begin(now).await?;
    if !uploads::put(&mut change, id, content, MOST_BYTES).await? {
        let reason = format!("uploads may take {MOST_BYTES} bytes together; each is kept for a day");
        return Err(ServiceError::Overloaded { reason, retry_after: Duration::from_secs(3_600) });
    }
    requests::note(&mut change, &caller.name, "uploadFile", id).await?;
    change.commit().await?;
    Ok(Upload { id, bytes: content.len() as u64, sha256: Hash::of(content).to_string() })
}

/// Asks for a backtest with what runs now: the components and policies of the host that makes it, and the agent's
/// scorecard in the place of a model.
///
/// # Errors
///
/// If the caller is no operator, the request makes no sense, too many wait already, or the database fails.
pub async fn start_backtest(platform: &Platform, caller: &Caller, backtest: Backtest) -> Result<Job> {
    caller.check(Scope::Operator)?;
    backtest.check()?;
    let files: Vec<Uuid> = backtest.uploads.iter().flatten().map(|file| file.id).collect();
    let known = uploads::known(platform.store(), &files).await?;
    if let Some(unknown) = files.iter().find(|id| !known.contains(id)) {
        return Err(ServiceError::not_found("upload", unknown));
    }
    let backtest = serde_json::to_value(backtest).map_err(|error| ServiceError::Internal(error.into()))?;
    enqueue(platform, caller, BACKTEST, backtest).await
}

/// Asks for work of a kind.
pub(super) async fn enqueue(
    platform: &Platform,
    caller: &Caller,
    kind: &'static str,
    work: Value,
) -> Result<Job> {
    if jobs::backlog(platform.store(), kind).await?.open >= WAITING {
        let reason = format!("{WAITING} jobs of this kind wait already");
        return Err(ServiceError::Overloaded { reason, retry_after: Duration::from_secs(60) });
    }
    let now = platform.now();
    let id = platform.ids.next(now);
    let asked = Asked { requested_by: caller.name.clone(), work };
    let input = serde_json::to_value(asked).map_err(|error| ServiceError::Internal(error.into()))?;
    let mut change = platform.journal.begin(now).await?;
    jobs::enqueue(&mut change, &[NewJob { id, kind, input }]).await?;
    change.commit().await?;
    get(platform, caller, id).await
}

impl Backtest {
    fn check(&self) -> Result<()> {
        for (field, names) in [("symbols", &self.symbols), ("users", &self.users)] {
            let names = names.as_deref().unwrap_or_default();
            if names.len() > MOST_NAMES || names.iter().any(String::is_empty) {
                return Err(ServiceError::invalid(field, format!("give at most {MOST_NAMES} names")));
            }
        }
        match (&self.uploads, self.from, self.until) {
            (Some(files), None, None) if !files.is_empty() && files.len() <= MOST_NAMES => Ok(()),
            (None, Some(from), Some(until)) if from < until => Ok(()),
            (None, Some(_), Some(_)) => Err(ServiceError::invalid("until", "it is not after `from`")),
            _ => Err(ServiceError::invalid(
                "from",
                "give `from` and `until` of stored rows, or else `uploads`",
            )),
        }
    }
}

/// A job that was asked for.
///
/// # Errors
///
/// If there is none of this id, the caller may not see it, or the database fails.
pub async fn get(platform: &Platform, caller: &Caller, id: Uuid) -> Result<Job> {
    caller.check(Scope::Viewer)?;
    let job = jobs::get(platform.store(), &KINDS, id).await?;
    job.map(Job::from).ok_or_else(|| ServiceError::not_found("job", id))
}

/// Jobs that were asked for, newest first.
///
/// # Errors
///
/// If the caller may not see them, or the database fails.
pub async fn list(platform: &Platform, caller: &Caller, window: Window) -> Result<Listed<Job>> {
    caller.check(Scope::Viewer)?;
    let page = jobs::find(platform.store(), &KINDS, window).await?;
    Ok(Listed::of(page, |job: &JobRecord| Cursor { at: job.created_at, id: job.id }))
}

/// Ends a job that is not over. One that runs stops within seconds, and nothing of it is kept.
///
/// # Errors
///
/// If there is none of this id, it is over, the caller is no operator, or the database fails.
pub async fn cancel(platform: &Platform, caller: &Caller, id: Uuid) -> Result<Job> {
    caller.check(Scope::Operator)?;
    let before = get(platform, caller, id).await?;
    let mut change = platform.journal.begin(platform.now()).await?;
    if !jobs::cancel(&mut change, id).await? {
        let reason = format!("job {id} is {} already", before.status.name());
        return Err(ServiceError::Conflict { reason });
    }
    requests::note(&mut change, &caller.name, "cancelJob", id).await?;
    change.commit().await?;
    get(platform, caller, id).await
}

/// What came of a job.
pub enum Outcome {
    /// A recorded backtest, byte for byte as `host backtest --out` writes it.
    Backtest(Vec<u8>),
    /// A file, piece by piece.
    File(JobFile, BoxStream<'static, Result<Vec<u8>>>),
}

/// What came of a job that succeeded.
///
/// # Errors
///
/// If there is none of this id, it did not succeed, what came of it is not kept any more, the caller may not see it, or
/// the database fails.
pub async fn outcome(platform: &Platform, caller: &Caller, id: Uuid) -> Result<Outcome> {
    let job = get(platform, caller, id).await?;
    match (job.result, job.file) {
        (Some(result), _) => Ok(Outcome::Backtest(backtests::result(platform, caller, result.run_id).await?)),
        (None, Some(file)) => {
            let pieces = exports::pieces(platform.store(), id, file.pieces).await?;
            Ok(Outcome::File(file, pieces.boxed()))
        }
        (None, None) => {
            let reason = format!("job {id} is {}; only what succeeded has a result", job.status.name());
            Err(ServiceError::Conflict { reason })
        }
    }
}

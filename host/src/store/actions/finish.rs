use serde_json::Value;
use uuid::Uuid;

use super::{
    error::ActionError,
    record::{self, Action, actions},
};
use crate::{
    domain::{
        time::Timestamp,
        vocabulary::{ActionStatus, BlockType},
    },
    store::{change::Change, columns::column, error::Result},
};

/// What came of an action.
#[derive(Clone, Debug, PartialEq)]
pub struct Finished {
    /// The action.
    pub id: Uuid,
    /// How often it was tried.
    pub attempts: i32,
    /// How long it took, microseconds.
    pub duration: i64,
    /// How it ended.
    pub outcome: Outcome,
}

/// How an action ended.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// It was done.
    Succeeded {
        /// What it gave.
        result: Option<Value>,
        /// What undoes it; `None` where nothing can.
        compensation: Option<Value>,
    },
    /// It was not done.
    Failed {
        /// Why.
        error: String,
    },
}

impl Outcome {
    pub(super) const fn status(&self) -> ActionStatus {
        match self {
            Self::Succeeded { .. } => ActionStatus::Succeeded,
            Self::Failed { .. } => ActionStatus::Failed,
        }
    }

    pub(super) fn result(&self) -> Option<Value> {
        if let Self::Succeeded { result, .. } = self { result.clone() } else { None }
    }

    pub(super) fn compensation(&self) -> Option<Value> {
        if let Self::Succeeded { compensation, .. } = self { compensation.clone() } else { None }
    }

    pub(super) fn error(&self) -> Option<String> {
        if let Self::Failed { error } = self { Some(error.clone()) } else { None }
    }
}

/// Records what came of actions, with a block for each: all of them or, if one was finished before, none. Unknown
/// ones are left out of the answer. The end is never before the request, whatever the clocks of two hosts say.
///
/// # Errors
///
/// [`ActionError::Finished`]; or the database fails, or a number has no canonical form.
pub async fn finish(change: &mut Change<'_>, finished: &[Finished]) -> Result<Vec<Action>> {
    let now = change.now();
    let ids = column(finished, |one| one.id);
    let mut done = actions!(
        "WITH locked AS MATERIALIZED (
             SELECT id, status FROM action_executions WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE
         )
         UPDATE action_executions AS action
         SET status = given.status, result = given.result, compensation = given.compensation, error = given.error,
             attempts = given.attempts, duration = given.duration, finished_at = GREATEST(requested_at, $8)
         FROM UNNEST($1::uuid[], $2::action_status[], $3::jsonb[], $4::jsonb[], $5::text[], $6::int4[], $7::bigint[])
             AS given (id, status, result, compensation, error, attempts, duration)
         JOIN locked USING (id)
         WHERE action.id = given.id AND NOT EXISTS (SELECT FROM locked WHERE status <> 'PENDING')
         RETURNING" .. "",
        &ids,
        &column(finished, |one| one.outcome.status()) as &[ActionStatus],
        &column(finished, |one| one.outcome.result()) as &[Option<Value>],
        &column(finished, |one| one.outcome.compensation()) as &[Option<Value>],
        &column(finished, |one| one.outcome.error()) as &[Option<String>],
        &column(finished, |one| one.attempts),
        &column(finished, |one| one.duration),
        now as Timestamp,
    )
    .fetch_all(change.connection())
    .await?;
    if done.is_empty() {
        refuse_finished(change, &ids).await?;
    }
    record::note(change, BlockType::ActionExecuted, &mut done).await?;
    Ok(done)
}

async fn refuse_finished(change: &mut Change<'_>, ids: &[Uuid]) -> Result<()> {
    let before = sqlx::query!(
        "SELECT id, status FROM action_executions WHERE id = ANY($1) AND status <> 'PENDING' ORDER BY id LIMIT 1",
        ids
    )
    .fetch_optional(change.connection())
    .await?;
    match before {
        Some(action) => Err(ActionError::Finished { id: action.id, status: action.status }.into()),
        None => Ok(()),
    }
}

use std::collections::HashSet;

use serde_json::Value;
use uuid::Uuid;

use super::{
    finish::Finished,
    record::{self, Action, actions},
};
use crate::{
    domain::{
        time::Timestamp,
        vocabulary::{ActionStatus, ActionType, BlockType, SubjectType},
    },
    store::{change::Change, columns::column, error::Result},
};

/// An action to be done.
#[derive(Clone, Debug, PartialEq)]
pub struct NewAction {
    /// Version 7; not used if the action is there already.
    pub id: Uuid,
    /// The decision behind it.
    pub decision_id: Uuid,
    /// What is to be done.
    pub action_type: ActionType,
    /// What kind of thing it is done to.
    pub subject_type: SubjectType,
    /// Name of that thing.
    pub subject: String,
    /// How it is to be done; names no trader.
    pub parameters: Value,
    /// Equal for requests that are one action.
    pub idempotency_key: String,
    /// Whether it counts against what hosts may do by themselves.
    pub is_automatic: bool,
}

/// Asks for actions, and answers what is recorded under their keys, in the order of the keys: an action asked for
/// before is not repeated, however far it is. A block follows when the action is finished.
///
/// # Errors
///
/// If the database fails, or there is no such decision.
pub async fn create(change: &mut Change<'_>, new: &[NewAction]) -> Result<Vec<Action>> {
    let now = change.now();
    let keys = column(new, |action| action.idempotency_key.clone());
    // Rows that another change is inserting are waited for, in one order.
    let mut recorded = actions!(
        "INSERT INTO action_executions AS action
             (id, decision_id, type, status, subject_type, subject, parameters, idempotency_key, is_automatic,
              requested_at)
         SELECT id, decision_id, type, 'PENDING', subject_type, subject, parameters, key, is_automatic, $9
         FROM UNNEST($1::uuid[], $2::uuid[], $3::action_type[], $4::subject_type[], $5::text[], $6::jsonb[],
                     $7::text[], $8::bool[])
                       AS new (id, decision_id, type, subject_type, subject, parameters, key, is_automatic)
         ORDER BY key
         ON CONFLICT DO NOTHING
         RETURNING".."",
        &column(new, |action| action.id),
        &column(new, |action| action.decision_id),
        &column(new, |action| action.action_type) as &[ActionType],
        &column(new, |action| action.subject_type) as &[SubjectType],
        &column(new, |action| action.subject.clone()),
        &column(new, |action| action.parameters.clone()),
        &keys,
        &column(new, |action| action.is_automatic),
        now as Timestamp,
    )
    .fetch_all(change.connection())
    .await?;
    recorded.extend(asked_before(change, keys, &recorded).await?);
    recorded.sort_unstable_by(|one, other| one.idempotency_key.cmp(&other.idempotency_key));
    Ok(recorded)
}

/// What is recorded of actions that were asked for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Created {
    /// All of them, in no order.
    pub recorded: Vec<Action>,
    /// Those that were not asked for before.
    pub new: HashSet<Uuid>,
}

/// An action that is done when it is recorded.
#[derive(Clone, Debug, PartialEq)]
pub struct Done {
    /// The action.
    pub action: NewAction,
    /// What came of it.
    pub finished: Finished,
    /// What it puts in force: a control of the action's own type on its own subject.
    pub control: Option<NewControl>,
}

/// What an action puts in force.
#[derive(Clone, Debug, PartialEq)]
pub struct NewControl {
    /// How far it restricts.
    pub value: Value,
    /// From when on it has no force; `None`: until it is cleared.
    pub expires_at: Option<Timestamp>,
}

/// Records actions together with what came of them, with a block for each, and puts in force what they say. An action
/// asked for before is not repeated.
///
/// # Errors
///
/// If the database fails, there is no such decision, a control expires before it is set, or a number has no canonical
/// form.
pub async fn create_finished(change: &mut Change<'_>, new: &[Done]) -> Result<Created> {
    let now = change.now();
    let keys = column(new, |done| done.action.idempotency_key.clone());
    let mut recorded = actions!(
        "WITH given AS (
             SELECT * FROM UNNEST($1::uuid[], $2::uuid[], $3::action_type[], $4::action_status[], $5::subject_type[],
                                  $6::text[], $7::jsonb[], $8::text[], $9::bool[], $10::jsonb[], $11::jsonb[],
                                  $12::text[], $13::int4[], $14::bigint[], $16::jsonb[], $17::timestamptz[])
                           AS new (id, decision_id, type, status, subject_type, subject, parameters, key, is_automatic,
                                   result, compensation, error, attempts, duration, control, expires_at)
         ), action AS (
             INSERT INTO action_executions
                 (id, decision_id, type, status, subject_type, subject, parameters, idempotency_key, is_automatic,
                  result, compensation, error, attempts, duration, requested_at, finished_at)
             SELECT id, decision_id, type, status, subject_type, subject, parameters, key, is_automatic, result,
                    compensation, error, attempts, duration, $15, $15
             FROM given
             ORDER BY key
             ON CONFLICT (idempotency_key) DO NOTHING
             RETURNING *
         ), control AS (
             INSERT INTO active_controls (id, action_id, type, subject_type, subject, value, set_at, expires_at)
             SELECT id, id, action.type, action.subject_type, action.subject, control, $15, expires_at
             FROM action JOIN given USING (id)
             WHERE control IS NOT NULL
             ORDER BY id
         )
         SELECT" .. "FROM action",
        &column(new, |done| done.action.id),
        &column(new, |done| done.action.decision_id),
        &column(new, |done| done.action.action_type) as &[ActionType],
        &column(new, |done| done.finished.outcome.status()) as &[ActionStatus],
        &column(new, |done| done.action.subject_type) as &[SubjectType],
        &column(new, |done| done.action.subject.clone()),
        &column(new, |done| done.action.parameters.clone()),
        &keys,
        &column(new, |done| done.action.is_automatic),
        &column(new, |done| done.finished.outcome.result()) as &[Option<Value>],
        &column(new, |done| done.finished.outcome.compensation()) as &[Option<Value>],
        &column(new, |done| done.finished.outcome.error()) as &[Option<String>],
        &column(new, |done| done.finished.attempts),
        &column(new, |done| done.finished.duration),
        now as Timestamp,
        &column(new, |done| done.control.as_ref().map(|control| control.value.clone())) as &[Option<Value>],
        &column(new, |done| done.control.as_ref().and_then(|control| control.expires_at)) as &[Option<Timestamp>],
    )
    .fetch_all(change.connection())
    .await?;
    record::note(change, BlockType::ActionExecuted, &mut recorded).await?;
    let new = recorded.iter().map(|action| action.id).collect();
    recorded.extend(asked_before(change, keys, &recorded).await?);
    Ok(Created { recorded, new })
}

async fn asked_before(change: &mut Change<'_>, mut keys: Vec<String>, new: &[Action]) -> Result<Vec<Action>> {
    let new: HashSet<&str> = new.iter().map(|action| action.idempotency_key.as_str()).collect();
    keys.retain(|key| !new.contains(key.as_str()));
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let before =
        actions!("SELECT".."FROM action_executions AS action WHERE idempotency_key = ANY($1)", &keys);
    Ok(before.fetch_all(change.connection()).await?)
}

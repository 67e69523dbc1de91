use serde::Serialize;

use crate::store::{change::Change, error::Result};

/// How many rows had a person's name in them and now have the pseudonym.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Renamed {
    /// Behavior anomalies of the person.
    pub behavior_anomalies: u64,
    /// Conflicts between algorithms that worked for the person.
    pub conflicts: u64,
    /// Anomalies of any family that the person marked.
    pub marks: u64,
    /// Decisions about the person, or by the person, with what they were before.
    pub decisions: u64,
    /// Actions about the person, or undone by the person.
    pub actions: u64,
    /// Controls on the person. They stay in force, on nobody who could be found.
    pub controls: u64,
    /// Notifications about the person, or about what is gone, and their deliveries.
    pub notifications: u64,
    /// Rows of the platform's own: jobs, messages to other systems, answers kept for repeated requests, keys.
    pub others: u64,
}

/// Runs a statement with the user id as $1 and the pseudonym as $2.
macro_rules! rename {
    ($change:ident, $user_id:ident, $pseudonym:ident, $sql:literal) => {
        sqlx::query!($sql, $user_id, $pseudonym).execute($change.connection()).await?.rows_affected()
    };
}

/// Anomalies first: what follows from them is found by the name that they have now.
pub(super) async fn rename(change: &mut Change<'_>, user_id: &str, pseudonym: &str) -> Result<Renamed> {
    Ok(Renamed {
        marks: marks(change, user_id, pseudonym).await?,
        conflicts: rename!(
            change,
            user_id,
            pseudonym,
            "UPDATE algorithm_conflicts
             SET user_id = $2, message = rename_person(message, $1, $2), evidence = rename_person(evidence, $1, $2),
                 signals = rename_person(signals, $1, $2)
             WHERE user_id = $1"
        ),
        behavior_anomalies: rename!(
            change,
            user_id,
            pseudonym,
            "UPDATE behavior_anomalies
             SET user_id = $2, message = rename_person(message, $1, $2), evidence = rename_person(evidence, $1, $2)
             WHERE user_id = $1"
        ),
        decisions: decisions(change, user_id, pseudonym).await?,
        actions: actions(change, user_id, pseudonym).await?,
        controls: rename!(
            change,
            user_id,
            pseudonym,
            "UPDATE active_controls AS control
             SET subject = CASE WHEN control.subject_type = 'USER' AND control.subject = $1 THEN $2 ELSE control.subject END,
                 value = rename_person(value, $1, $2)
             FROM action_executions AS action
             WHERE action.id = control.action_id
               AND (control.subject_type = 'USER' AND control.subject = $1
                    OR action.subject_type = 'USER' AND action.subject = $2)"
        ),
        notifications: notifications(change, user_id, pseudonym).await?,
        others: others(change, user_id, pseudonym).await?,
    })
}

async fn marks(change: &mut Change<'_>, user_id: &str, pseudonym: &str) -> Result<u64> {
    let market = rename!(
        change,
        user_id,
        pseudonym,
        "UPDATE anomaly_detections SET marked_by = $2 WHERE is_real IS NOT NULL AND marked_by = $1"
    );
    let conflicts = rename!(
        change,
        user_id,
        pseudonym,
        "UPDATE algorithm_conflicts SET marked_by = $2 WHERE is_real IS NOT NULL AND marked_by = $1"
    );
    let behavior = rename!(
        change,
        user_id,
        pseudonym,
        "UPDATE behavior_anomalies SET marked_by = $2 WHERE is_real IS NOT NULL AND marked_by = $1"
    );
    Ok(market + conflicts + behavior)
}

async fn decisions(change: &mut Change<'_>, user_id: &str, pseudonym: &str) -> Result<u64> {
    let current = rename!(
        change,
        user_id,
        pseudonym,
        "UPDATE anomaly_decisions
         SET reason = rename_person(reason, $1, $2),
             reviewed_by = CASE WHEN reviewed_by = $1 THEN $2 ELSE reviewed_by END
         WHERE reviewed_by = $1
            OR conflict_id IN (SELECT id FROM algorithm_conflicts WHERE user_id = $2)
            OR behavior_id IN (SELECT id FROM behavior_anomalies WHERE user_id = $2)"
    );
    let revisions = rename!(
        change,
        user_id,
        pseudonym,
        "UPDATE decision_revisions
         SET reason = rename_person(reason, $1, $2), actor = CASE WHEN actor = $1 THEN $2 ELSE actor END
         WHERE actor = $1
            OR decision_id IN (
                SELECT id FROM anomaly_decisions
                WHERE conflict_id IN (SELECT id FROM algorithm_conflicts WHERE user_id = $2)
                   OR behavior_id IN (SELECT id FROM behavior_anomalies WHERE user_id = $2))"
    );
    Ok(current + revisions)
}

async fn actions(change: &mut Change<'_>, user_id: &str, pseudonym: &str) -> Result<u64> {
    Ok(rename!(
        change,
        user_id,
        pseudonym,
        "UPDATE action_executions
         SET subject = CASE WHEN subject_type = 'USER' AND subject = $1 THEN $2 ELSE subject END,
             parameters = rename_person(parameters, $1, $2), compensation = rename_person(compensation, $1, $2),
             result = rename_person(result, $1, $2), error = rename_person(error, $1, $2),
             idempotency_key = rename_person(idempotency_key, $1, $2),
             rolled_back_by = CASE WHEN rolled_back_by = $1 THEN $2 ELSE rolled_back_by END,
             rollback_reason = rename_person(rollback_reason, $1, $2),
             rollback_error = rename_person(rollback_error, $1, $2)
         WHERE subject_type = 'USER' AND subject = $1
            OR rolled_back_by = $1
            OR decision_id IN (
                SELECT id FROM anomaly_decisions
                WHERE conflict_id IN (SELECT id FROM algorithm_conflicts WHERE user_id = $2)
                   OR behavior_id IN (SELECT id FROM behavior_anomalies WHERE user_id = $2))"
    ))
}

async fn notifications(change: &mut Change<'_>, user_id: &str, pseudonym: &str) -> Result<u64> {
    let notifications = rename!(
        change,
        user_id,
        pseudonym,
        "UPDATE notifications
         SET title = rename_person(title, $1, $2), body = rename_person(body, $1, $2),
             error = rename_person(error, $1, $2)
         WHERE (conflict_id IN (SELECT id FROM algorithm_conflicts WHERE user_id = $2)
                OR behavior_id IN (SELECT id FROM behavior_anomalies WHERE user_id = $2)
                OR action_id IN (SELECT id FROM action_executions WHERE subject_type = 'USER' AND subject = $2)
                OR num_nonnulls(market_anomaly_id, conflict_id, behavior_id, action_id) = 0)
           AND concat_ws(' ', title, body, error) <> rename_person(concat_ws(' ', title, body, error), $1, $2)"
    );
    let deliveries = rename!(
        change,
        user_id,
        pseudonym,
        "UPDATE notification_deliveries SET error = rename_person(error, $1, $2)
         WHERE error <> rename_person(error, $1, $2)
           AND notification_id IN (
               SELECT id FROM notifications
               WHERE conflict_id IN (SELECT id FROM algorithm_conflicts WHERE user_id = $2)
                  OR behavior_id IN (SELECT id FROM behavior_anomalies WHERE user_id = $2)
                  OR action_id IN (SELECT id FROM action_executions WHERE subject_type = 'USER' AND subject = $2)
                  OR num_nonnulls(market_anomaly_id, conflict_id, behavior_id, action_id) = 0)"
    );
    Ok(notifications + deliveries)
}

/// These rows are about the person if the name is one of their strings, whole.
async fn others(change: &mut Change<'_>, user_id: &str, pseudonym: &str) -> Result<u64> {
    let jobs = rename!(
        change,
        user_id,
        pseudonym,
        "UPDATE jobs
         SET input = rename_person(input, $1, $2), result = rename_person(result, $1, $2),
             error = rename_person(error, $1, $2)
         WHERE position(to_json($1::text)::text IN concat(input, result)) > 0"
    );
    let outbox = rename!(
        change,
        user_id,
        pseudonym,
        "UPDATE outbox SET message = rename_person(message, $1, $2), error = rename_person(error, $1, $2)
         WHERE position(to_json($1::text)::text IN message::text) > 0"
    );
    let answers = rename!(
        change,
        user_id,
        pseudonym,
        "UPDATE idempotency_keys
         SET response = rename_person(response, $1, $2), owner = CASE WHEN owner = $1 THEN $2 ELSE owner END
         WHERE owner = $1 OR position(to_json($1::text)::text IN response::text) > 0"
    );
    let notes = rename!(
        change,
        user_id,
        pseudonym,
        "UPDATE block_references SET metadata = rename_person(metadata, $1, $2)
         WHERE position(to_json($1::text)::text IN metadata::text) > 0"
    );
    let keys = rename!(
        change,
        user_id,
        pseudonym,
        "UPDATE api_keys
         SET name = CASE WHEN name = $1 THEN $2 ELSE name END,
             created_by = CASE WHEN created_by = $1 THEN $2 ELSE created_by END,
             revoked_by = CASE WHEN revoked_by = $1 THEN $2 ELSE revoked_by END
         WHERE $1 IN (name, created_by, revoked_by)"
    );
    let switch =
        rename!(change, user_id, pseudonym, "UPDATE automation SET stopped_by = $2 WHERE stopped_by = $1");
    let requests = rename!(change, user_id, pseudonym, "UPDATE requests SET caller = $2 WHERE caller = $1");
    Ok(jobs + outbox + answers + notes + keys + switch + requests)
}

//! What is in force: `active_controls`. Trading systems ask for it before they act. A control is part of what its
//! action did, so the action's blocks speak for it.

use serde_json::Value;
use sqlx::PgExecutor;
use uuid::Uuid;

use super::{Store, change::Change, columns::column, error::Result, page::Window};
use crate::domain::{
    time::Timestamp,
    vocabulary::{ActionType, SubjectType},
};

/// Most controls that one sweep removes.
const SWEPT_AT_ONCE: i64 = 1_000;

/// A control that an action put in force.
#[derive(Clone, Debug, PartialEq)]
pub struct Control {
    /// Version 7.
    pub id: Uuid,
    /// The action, which has one control at most.
    pub action_id: Uuid,
    /// What it does.
    pub action_type: ActionType,
    /// What kind of thing it restricts.
    pub subject_type: SubjectType,
    /// Name of that thing.
    pub subject: String,
    /// How far.
    pub value: Value,
    /// Since when.
    pub set_at: Timestamp,
    /// From when on it has no force; `None`: until it is cleared.
    pub expires_at: Option<Timestamp>,
}

/// Takes the controls of these actions out of force, and answers what they were.
///
/// # Errors
///
/// If the database fails.
pub async fn clear(change: &mut Change<'_>, actions: &[Uuid]) -> Result<Vec<Control>> {
    let cleared = sqlx::query_as!(
        Control,
        "WITH locked AS MATERIALIZED (
             SELECT id FROM active_controls WHERE action_id = ANY($1) ORDER BY id FOR UPDATE
         )
         DELETE FROM active_controls AS control USING locked WHERE control.id = locked.id
         RETURNING control.id, action_id, type AS action_type, subject_type, subject, value, set_at, expires_at",
        actions
    );
    Ok(cleared.fetch_all(change.connection()).await?)
}

/// What is in force for one thing at a moment, by type and age. A control whose time has come is not, swept or not.
///
/// # Errors
///
/// If the database fails.
pub async fn active(
    store: &Store,
    subject_type: SubjectType,
    subject: &str,
    now: Timestamp,
) -> Result<Vec<Control>> {
    let active = sqlx::query_as!(
        Control,
        "SELECT id, action_id, type AS action_type, subject_type, subject, value, set_at, expires_at
         FROM active_controls
         WHERE subject_type = $1 AND subject = $2 AND (expires_at IS NULL OR expires_at > $3)
         ORDER BY type, set_at, id",
        subject_type as SubjectType,
        subject,
        now as Timestamp,
    );
    Ok(active.fetch_all(store.pool()).await?)
}

/// What is in force for many things at a moment, by kind and name of the thing and type: of all controls of one type on
/// one thing, the one that lasts longest, however many there are.
///
/// # Errors
///
/// If the database fails.
pub async fn longest_for(
    executor: impl PgExecutor<'_>,
    subjects: &[(SubjectType, String)],
    now: Timestamp,
) -> Result<Vec<Control>> {
    let longest = sqlx::query_as!(
        Control,
        r#"SELECT control.id, control.action_id, control.type AS action_type, control.subject_type, control.subject,
                  control.value, control.set_at, control.expires_at
           FROM UNNEST($1::subject_type[], $2::text[]) AS asked (kind, name)
           CROSS JOIN UNNEST(enum_range(NULL::action_type)) AS asked_type
           CROSS JOIN LATERAL (
               SELECT * FROM active_controls
               WHERE subject_type = asked.kind AND subject = asked.name AND type = asked_type
               ORDER BY expires_at DESC, set_at, id LIMIT 1
           ) AS control
           WHERE control.expires_at IS NULL OR control.expires_at > $3
           ORDER BY control.subject_type, control.subject COLLATE "C", control.type"#,
        &column(subjects, |(subject_type, _)| *subject_type) as &[SubjectType],
        &column(subjects, |(_, subject)| subject.clone()),
        now as Timestamp,
    );
    Ok(longest.fetch_all(executor).await?)
}

/// Everything that is in force at a moment, newest first, at most 1,000 controls.
///
/// # Errors
///
/// If the database fails.
pub async fn in_force(store: &Store, now: Timestamp, most: i64) -> Result<Vec<Control>> {
    let active = sqlx::query_as!(
        Control,
        "SELECT id, action_id, type AS action_type, subject_type, subject, value, set_at, expires_at
         FROM active_controls
         WHERE expires_at IS NULL OR expires_at > $1
         ORDER BY set_at DESC, id DESC LIMIT $2",
        now as Timestamp,
        most.clamp(1, Window::MOST),
    );
    Ok(active.fetch_all(store.pool()).await?)
}

/// Removes controls that have expired, at most 1,000 of them, and answers what they were; call it again until
/// there are none. Those that another change works on are left to the next sweep.
///
/// # Errors
///
/// If the database fails.
pub async fn sweep_expired(change: &mut Change<'_>) -> Result<Vec<Control>> {
    let now = change.now();
    let swept = sqlx::query_as!(
        Control,
        "WITH expired AS MATERIALIZED (
             SELECT id FROM active_controls WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2 FOR UPDATE SKIP LOCKED
         )
         DELETE FROM active_controls AS control USING expired WHERE control.id = expired.id
         RETURNING control.id, action_id, type AS action_type, subject_type, subject, value, set_at, expires_at",
        now as Timestamp,
        SWEPT_AT_ONCE,
    );
    Ok(swept.fetch_all(change.connection()).await?)
}

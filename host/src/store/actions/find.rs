use uuid::Uuid;

use super::record::{Action, actions};
use crate::{
    domain::{
        time::Timestamp,
        vocabulary::{ActionStatus, ActionType, SubjectType},
    },
    store::{
        Store,
        error::Result,
        page::{Cursor, Page, Period, Window},
    },
};

/// Which actions to find; all where nothing is said.
#[derive(Clone, Debug, Default)]
pub struct ActionFilter {
    /// Of this type.
    pub action_type: Option<ActionType>,
    /// This far.
    pub status: Option<ActionStatus>,
    /// Done to this kind of thing.
    pub subject_type: Option<SubjectType>,
    /// Done to the thing of this name.
    pub subject: Option<String>,
    /// Asked for in this stretch of time.
    pub requested: Period,
}

/// The actions of these ids that there are, in the order of their ids.
///
/// # Errors
///
/// If the database fails.
pub async fn get(store: &Store, ids: &[Uuid]) -> Result<Vec<Action>> {
    let actions = actions!("SELECT".."FROM action_executions AS action WHERE id = ANY($1) ORDER BY id", ids);
    Ok(actions.fetch_all(store.pool()).await?)
}

/// All actions of these decisions, decision by decision, oldest first.
///
/// # Errors
///
/// If the database fails.
pub async fn for_decisions(store: &Store, decisions: &[Uuid]) -> Result<Vec<Action>> {
    let actions = actions!(
        "SELECT"
            .."FROM action_executions AS action WHERE decision_id = ANY($1)
                     ORDER BY decision_id, requested_at, id",
        decisions
    );
    Ok(actions.fetch_all(store.pool()).await?)
}

/// Finds actions, newest first.
///
/// # Errors
///
/// If the database fails.
pub async fn find(store: &Store, filter: &ActionFilter, window: Window) -> Result<Page<Action>> {
    let items = actions!(
        "SELECT"
            .."FROM action_executions AS action
         WHERE ($1::action_type IS NULL OR type = $1)
           AND ($2::action_status IS NULL OR status = $2)
           AND ($3::subject_type IS NULL OR subject_type = $3)
           AND ($4::text IS NULL OR subject = $4)
           AND ($5::timestamptz IS NULL OR requested_at >= $5)
           AND ($6::timestamptz IS NULL OR requested_at < $6)
           AND ($7::timestamptz IS NULL OR (requested_at, id) < ($7, $8::uuid))
         ORDER BY requested_at DESC, id DESC
         LIMIT $9",
        filter.action_type as Option<ActionType>,
        filter.status as Option<ActionStatus>,
        filter.subject_type as Option<SubjectType>,
        filter.subject,
        filter.requested.from as Option<Timestamp>,
        filter.requested.until as Option<Timestamp>,
        window.at() as Option<Timestamp>,
        window.id(),
        window.rows(),
    )
    .fetch_all(store.pool())
    .await?;
    Ok(page(items, window))
}

/// All actions, newest first.
///
/// # Errors
///
/// If the database fails.
pub async fn recent(store: &Store, window: Window) -> Result<Page<Action>> {
    find(store, &ActionFilter::default(), window).await
}

/// Actions that failed, newest first.
///
/// # Errors
///
/// If the database fails.
pub async fn failed(store: &Store, window: Window) -> Result<Page<Action>> {
    find(store, &ActionFilter { status: Some(ActionStatus::Failed), ..ActionFilter::default() }, window).await
}

/// Actions that are not finished, oldest first: those to be done next, or left by a host that died.
///
/// # Errors
///
/// If the database fails.
pub async fn pending(store: &Store, window: Window) -> Result<Page<Action>> {
    let items = actions!(
        "SELECT"
            .."FROM action_executions AS action
         WHERE status = 'PENDING' AND ($1::timestamptz IS NULL OR (requested_at, id) > ($1, $2::uuid))
         ORDER BY requested_at, id
         LIMIT $3",
        window.at() as Option<Timestamp>,
        window.id(),
        window.rows(),
    )
    .fetch_all(store.pool())
    .await?;
    Ok(page(items, window))
}

/// Actions that can be undone, newest first.
///
/// # Errors
///
/// If the database fails.
pub async fn for_rollback(store: &Store, window: Window) -> Result<Page<Action>> {
    let items = actions!(
        "SELECT"
            .."FROM action_executions AS action
         WHERE status = 'SUCCEEDED' AND compensation IS NOT NULL
           AND ($1::timestamptz IS NULL OR (requested_at, id) < ($1, $2::uuid))
         ORDER BY requested_at DESC, id DESC
         LIMIT $3",
        window.at() as Option<Timestamp>,
        window.id(),
        window.rows(),
    )
    .fetch_all(store.pool())
    .await?;
    Ok(page(items, window))
}

fn page(items: Vec<Action>, window: Window) -> Page<Action> {
    Page::cut(items, window, |action| Cursor { at: action.requested_at, id: action.id })
}

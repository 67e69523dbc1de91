use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use crate::{
    domain::{
        time::Timestamp,
        vocabulary::{ActionStatus, ActionType, BlockType, SubjectType},
    },
    store::{
        change::{About, Change},
        error::Result,
        exact, pseudonyms,
    },
};

/// Something that was to be done, and what came of it.
///
/// Blocks have pseudonyms in the place of a trader as [`Self::subject`] and of [`Self::rolled_back_by`]. The rest they
/// have as it is, so nothing else may name a person.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Action {
    /// Version 7, made when the action was asked for.
    pub id: Uuid,
    /// The decision behind it.
    pub decision_id: Uuid,
    /// What is done.
    #[serde(rename = "type")]
    pub action_type: ActionType,
    /// How far it is.
    pub status: ActionStatus,
    /// What kind of thing it is done to.
    pub subject_type: SubjectType,
    /// Name of that thing.
    pub subject: String,
    /// How it is done.
    pub parameters: Value,
    /// What undoes it; `None` where nothing can.
    pub compensation: Option<Value>,
    /// What it gave.
    pub result: Option<Value>,
    /// Why it failed.
    pub error: Option<String>,
    /// How often it was tried.
    pub attempts: i32,
    /// Equal for requests that are one action. It may name a trader, so blocks are without it.
    #[serde(skip)]
    pub idempotency_key: String,
    /// When it was asked for.
    pub requested_at: Timestamp,
    /// When it succeeded or failed.
    pub finished_at: Option<Timestamp>,
    /// How long it took, microseconds.
    #[serde(serialize_with = "exact::optional")]
    pub duration: Option<i64>,
    /// When it was undone.
    pub rolled_back_at: Option<Timestamp>,
    /// Who undid it.
    pub rolled_back_by: Option<String>,
    /// Why.
    pub rollback_reason: Option<String>,
    /// Why the last try to undo it failed; `None` once it is undone.
    pub rollback_error: Option<String>,
}

/// A statement that gives actions: their columns come between its two parts.
macro_rules! actions {
    ($before:tt .. $after:tt $($arguments:tt)*) => {
        sqlx::query_as!(
            Action,
            $before
                + r#" action.id AS "id!", action.decision_id AS "decision_id!", action.type AS "action_type!",
                      action.status AS "status!", action.subject_type AS "subject_type!", action.subject AS "subject!",
                      action.parameters AS "parameters!", action.compensation, action.result, action.error,
                      action.attempts AS "attempts!", action.idempotency_key AS "idempotency_key!",
                      action.requested_at AS "requested_at!", action.finished_at, action.duration,
                      action.rolled_back_at, action.rolled_back_by, action.rollback_reason, action.rollback_error "#
                + $after
            $($arguments)*
        )
    };
}
pub(super) use actions;

/// Adds a block for each action, in the order of their ids.
pub(super) async fn note(change: &mut Change<'_>, kind: BlockType, actions: &mut [Action]) -> Result<()> {
    actions.sort_unstable_by_key(|action| action.id);
    let mut noted = actions.to_vec();
    let people = noted.iter_mut().flat_map(Action::people).map(|person| person.clone()).collect();
    let pseudonyms = pseudonyms::of(change, people).await?;
    pseudonyms.replace(noted.iter_mut().flat_map(Action::people));
    for action in noted {
        let about = About { action: Some(action.id), decision: Some(action.decision_id), ..About::default() };
        change.note(kind, &Noted { action }, about)?;
    }
    Ok(())
}

#[derive(Serialize)]
struct Noted {
    action: Action,
}

impl Action {
    fn people(&mut self) -> impl Iterator<Item = &mut String> {
        let trader = (self.subject_type == SubjectType::User).then_some(&mut self.subject);
        trader.into_iter().chain(&mut self.rolled_back_by)
    }
}

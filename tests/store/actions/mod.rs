//! Actions, from request to rollback.

mod clean_up;
mod create;
mod find;
mod finish;
mod rollback;
mod statistics;

use host::{
    domain::vocabulary::{ActionType, SubjectType},
    store::{
        actions::{self, Action, Finished, NewAction, Outcome},
        journal::Journal,
    },
};
use serde_json::json;

use crate::support::{id, second};

/// An action of the decision of the same number.
pub(crate) fn action(number: u32) -> NewAction {
    NewAction {
        id: id(0xA000 + u128::from(number)),
        decision_id: id(u128::from(number)),
        action_type: ActionType::HaltSymbol,
        subject_type: SubjectType::Symbol,
        subject: "NIFTY".into(),
        parameters: json!({"minutes": 15}),
        idempotency_key: format!("halt-{number}"),
        is_automatic: false,
    }
}

/// Asks for actions at that second.
pub(crate) async fn create(journal: &Journal, at: i64, new: &[NewAction]) -> Vec<Action> {
    let mut change = journal.begin(second(at)).await.unwrap();
    let created = actions::create(&mut change, new).await.unwrap();
    change.commit().await.unwrap();
    created
}

/// Asks for actions at that second, and finishes them one second later.
pub(crate) async fn done(
    journal: &Journal,
    at: i64,
    new: &[NewAction],
    finished: impl Fn(&Action) -> Finished,
) -> Vec<Action> {
    let created = create(journal, at, new).await;
    let mut change = journal.begin(second(at + 1)).await.unwrap();
    let finished: Vec<_> = created.iter().map(finished).collect();
    let done = actions::finish(&mut change, &finished).await.unwrap();
    change.commit().await.unwrap();
    done
}

/// What can be undone.
pub(crate) fn succeeded(action: &Action) -> Finished {
    let (result, compensation) = (Some(json!({"halted": true})), Some(json!({"resume": action.subject})));
    Finished {
        id: action.id,
        attempts: 1,
        duration: 1_500,
        outcome: Outcome::Succeeded { result, compensation },
    }
}

/// What cannot be undone.
pub(crate) fn irreversible(action: &Action) -> Finished {
    Finished { outcome: Outcome::Succeeded { result: None, compensation: None }, ..succeeded(action) }
}

/// What was not done.
pub(crate) fn failed(action: &Action) -> Finished {
    Finished { attempts: 3, outcome: Outcome::Failed { error: "no answer".into() }, ..succeeded(action) }
}

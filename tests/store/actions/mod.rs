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
        actions::{self, Action, Done, Finished, NewAction, NewControl, Outcome},
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

/// Does actions at that second which put something in force until another, or until it is cleared.
pub(crate) async fn controlled(journal: &Journal, at: i64, new: &[(NewAction, Option<i64>)]) -> Vec<Action> {
    let mut change = journal.begin(second(at)).await.unwrap();
    let done = |(action, until): &(NewAction, Option<i64>)| Done {
        finished: halted(action),
        control: Some(NewControl { value: json!({"halted": true}), expires_at: until.map(second) }),
        action: action.clone(),
    };
    let new: Vec<Done> = new.iter().map(done).collect();
    let created = actions::create_finished(&mut change, &new).await.unwrap();
    change.commit().await.unwrap();
    created.recorded
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

/// What comes of an action that is done at once.
pub(crate) fn halted(action: &NewAction) -> Finished {
    let outcome = Outcome::Succeeded { result: Some(json!({"halted": true})), compensation: None };
    Finished { id: action.id, attempts: 1, duration: 0, outcome }
}

/// What cannot be undone.
pub(crate) fn irreversible(action: &Action) -> Finished {
    Finished { outcome: Outcome::Succeeded { result: None, compensation: None }, ..succeeded(action) }
}

/// What was not done.
pub(crate) fn failed(action: &Action) -> Finished {
    Finished { attempts: 3, outcome: Outcome::Failed { error: "no answer".into() }, ..succeeded(action) }
}

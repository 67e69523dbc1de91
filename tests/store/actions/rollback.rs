use host::{
    domain::vocabulary::{ActionStatus, BlockType},
    store::{
        actions::{self, Action, ActionError},
        error::StoreError,
        journal::Journal,
    },
};
use serde_json::json;

use super::{action, create, done, failed, irreversible, succeeded};
use crate::support::{blocks, decide, id, journal, second};

fn refused<T: std::fmt::Debug>(result: Result<T, StoreError>) -> ActionError {
    match result.unwrap_err() {
        StoreError::Action(error) => error,
        error => panic!("{error}"),
    }
}

async fn roll_back(journal: &Journal, action: &Action) -> Result<Option<Action>, StoreError> {
    let mut change = journal.begin(second(60)).await.unwrap();
    let rolled_back = actions::mark_rolled_back(&mut change, action.id, "operator", "false alarm").await;
    change.commit().await.unwrap();
    rolled_back
}

async fn one(journal: &Journal, finished: fn(&Action) -> actions::Finished) -> Action {
    decide(journal.store(), 1..2, "FIX").await;
    done(journal, 0, &[action(1)], finished).await.remove(0)
}

#[tokio::test]
async fn a_rollback_says_who_when_and_why() {
    let journal = journal("actions").await;
    let action = one(&journal, succeeded).await;
    let rolled_back = roll_back(&journal, &action).await.unwrap().unwrap();
    assert_eq!(
        (rolled_back.status, rolled_back.rolled_back_at),
        (ActionStatus::RolledBack, Some(second(60)))
    );
    assert_eq!(rolled_back.rolled_back_by.as_deref(), Some("operator"));
    assert_eq!(rolled_back.rollback_reason.as_deref(), Some("false alarm"));
    let blocks = blocks(journal.store(), BlockType::ActionRolledBack).await;
    // A pseudonym.
    assert_eq!(blocks[0]["action"]["rolled_back_by"].as_str().unwrap().len(), 64);
    assert_eq!(actions::get(journal.store(), &[action.id]).await.unwrap(), [rolled_back]);
}

#[tokio::test]
async fn a_second_rollback_is_refused() {
    let journal = journal("actions").await;
    let action = one(&journal, succeeded).await;
    roll_back(&journal, &action).await.unwrap();
    let error = refused(roll_back(&journal, &action).await);
    assert_eq!(error, ActionError::RolledBack(action.id));
    assert_eq!(blocks(journal.store(), BlockType::ActionRolledBack).await.len(), 1);
}

#[tokio::test]
async fn what_was_not_done_is_not_undone() {
    let journal = journal("actions").await;
    let action = one(&journal, failed).await;
    let error = refused(roll_back(&journal, &action).await);
    assert_eq!(error, ActionError::NotDone { id: action.id, status: ActionStatus::Failed });
    decide(journal.store(), 2..3, "FIX").await;
    let pending = create(&journal, 0, &[super::action(2)]).await.remove(0);
    let error = refused(roll_back(&journal, &pending).await);
    assert_eq!(error, ActionError::NotDone { id: pending.id, status: ActionStatus::Pending });
    assert!(error.to_string().ends_with("is PENDING; only one that succeeded can be rolled back"), "{error}");
}

#[tokio::test]
async fn without_a_compensation_nothing_is_undone() {
    let journal = journal("actions").await;
    let action = one(&journal, irreversible).await;
    let error = refused(roll_back(&journal, &action).await);
    assert_eq!(error, ActionError::NoCompensation(action.id));
}

#[tokio::test]
async fn an_unknown_action_is_none() {
    let journal = journal("actions").await;
    let mut change = journal.begin(second(0)).await.unwrap();
    assert_eq!(actions::mark_rolled_back(&mut change, id(1), "operator", "why").await.unwrap(), None);
    assert_eq!(actions::rollback_failed(&mut change, id(1), "why").await.unwrap(), None);
}

#[tokio::test]
async fn of_two_rollbacks_at_once_one_wins() {
    let journal = journal("actions").await;
    let action = one(&journal, succeeded).await;
    let mut first = journal.begin(second(9)).await.unwrap();
    actions::mark_rolled_back(&mut first, action.id, "operator", "false alarm").await.unwrap();
    let (other, loser) = (journal.clone(), action.clone());
    let second_one = tokio::spawn(async move { roll_back(&other, &loser).await });
    first.commit().await.unwrap();
    assert_eq!(refused(second_one.await.unwrap()), ActionError::RolledBack(action.id));
    assert_eq!(blocks(journal.store(), BlockType::ActionRolledBack).await.len(), 1);
}

#[tokio::test]
async fn a_rollback_that_failed_can_be_tried_again() {
    let journal = journal("actions").await;
    let action = one(&journal, succeeded).await;
    let mut change = journal.begin(second(5)).await.unwrap();
    let noted = actions::rollback_failed(&mut change, action.id, "no answer").await.unwrap().unwrap();
    change.commit().await.unwrap();
    assert_eq!((noted.status, noted.rollback_error.as_deref()), (ActionStatus::Succeeded, Some("no answer")));
    let executed = blocks(journal.store(), BlockType::ActionExecuted).await;
    assert_eq!(executed[1]["action"]["rollback_error"], json!("no answer"));
    let rolled_back = roll_back(&journal, &action).await.unwrap().unwrap();
    assert_eq!((rolled_back.status, rolled_back.rollback_error), (ActionStatus::RolledBack, None));
}

#[tokio::test]
async fn a_failed_rollback_of_what_cannot_be_undone_is_refused() {
    let journal = journal("actions").await;
    let action = one(&journal, irreversible).await;
    let mut change = journal.begin(second(5)).await.unwrap();
    let error = refused(actions::rollback_failed(&mut change, action.id, "no answer").await);
    assert_eq!(error, ActionError::NoCompensation(action.id));
}

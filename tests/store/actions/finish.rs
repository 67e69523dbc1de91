use host::{
    domain::vocabulary::{ActionStatus, BlockType, SubjectType},
    store::{
        actions::{self, ActionError, Finished},
        error::StoreError,
    },
};
use serde_json::{Value, json};

use super::{action, create, done, failed, succeeded};
use crate::support::{assert_none, blocks, decide, id, journal, second};

#[tokio::test]
async fn what_came_of_actions_is_recorded_in_rows_and_blocks() {
    let journal = journal("actions").await;
    decide(journal.store(), 1..3, "FIX").await;
    let created = create(&journal, 5, &[action(1), action(2)]).await;
    let mut change = journal.begin(second(7)).await.unwrap();
    let done = actions::finish(&mut change, &[failed(&created[1]), succeeded(&created[0])]).await.unwrap();
    change.commit().await.unwrap();

    assert_eq!(actions::get(journal.store(), &[id(0xA001), id(0xA002)]).await.unwrap(), done);
    let [first, second_one] = &done[..] else { unreachable!() };
    assert_eq!((first.status, first.finished_at), (ActionStatus::Succeeded, Some(second(7))));
    assert_eq!((&first.result, &first.error), (&Some(json!({"halted": true})), &None));
    assert_eq!((second_one.status, second_one.attempts), (ActionStatus::Failed, 3));
    assert_eq!((&second_one.compensation, second_one.error.as_deref()), (&None, Some("no answer")));

    let blocks = blocks(journal.store(), BlockType::ActionExecuted).await;
    assert_eq!(blocks.len(), 2);
    assert_eq!(blocks[0]["action"]["id"], json!(id(0xA001)));
    assert_eq!(blocks[0]["action"]["duration"], json!("1500"));
    assert_eq!(blocks[1]["action"]["status"], json!("FAILED"));
    assert_eq!(blocks[1]["action"]["idempotency_key"], Value::Null);
}

#[tokio::test]
async fn blocks_have_a_pseudonym_of_a_trader() {
    let journal = journal("actions").await;
    decide(journal.store(), 1..2, "FIX").await;
    let mut cool_down = action(1);
    (cool_down.subject_type, cool_down.subject) = (SubjectType::User, "user-4711".into());
    let finished =
        |action: &actions::Action| Finished { outcome: failed(action).outcome, ..succeeded(action) };
    let done = done(&journal, 0, &[cool_down], finished).await;
    assert_eq!(done[0].subject, "user-4711");
    let blocks = blocks(journal.store(), BlockType::ActionExecuted).await;
    assert!(!blocks[0].to_string().contains("user-4711"));
    assert_eq!(blocks[0]["action"]["subject"].as_str().unwrap().len(), 64);
}

#[tokio::test]
async fn nothing_and_unknown_actions_finish_as_nothing() {
    let journal = journal("actions").await;
    decide(journal.store(), 1..2, "FIX").await;
    let created = create(&journal, 0, &[action(1)]).await;
    let unknown = Finished { id: id(1), ..succeeded(&created[0]) };
    let mut change = journal.begin(second(1)).await.unwrap();
    assert_none(&actions::finish(&mut change, &[]).await.unwrap());
    assert_none(&actions::finish(&mut change, std::slice::from_ref(&unknown)).await.unwrap());
    let both = actions::finish(&mut change, &[unknown, succeeded(&created[0])]).await.unwrap();
    assert_eq!(both.len(), 1);
}

#[tokio::test]
async fn an_action_is_finished_once_and_its_company_waits() {
    let journal = journal("actions").await;
    decide(journal.store(), 1..3, "FIX").await;
    let first = done(&journal, 0, &[action(1)], failed).await.remove(0);
    let second_one = create(&journal, 0, &[action(2)]).await.remove(0);
    let mut change = journal.begin(second(3)).await.unwrap();
    let both = [succeeded(&second_one), succeeded(&first)];
    let error = actions::finish(&mut change, &both).await.unwrap_err();
    let StoreError::Action(refused) = error else { panic!("{error}") };
    assert_eq!(refused, ActionError::Finished { id: first.id, status: ActionStatus::Failed });
    assert!(refused.to_string().ends_with("is FAILED already; its record says what came of it"), "{refused}");
    // Even if the change goes on.
    change.commit().await.unwrap();
    assert_eq!(actions::get(journal.store(), &[first.id, second_one.id]).await.unwrap(), [first, second_one]);
    assert_eq!(blocks(journal.store(), BlockType::ActionExecuted).await.len(), 1);
}

#[tokio::test]
async fn of_two_hosts_that_finish_an_action_one_does() {
    let journal = journal("actions").await;
    decide(journal.store(), 1..3, "FIX").await;
    let created = create(&journal, 0, &[action(1), action(2)]).await;
    let finish = |order: Vec<Finished>| {
        let journal = journal.clone();
        async move {
            let mut change = journal.begin(second(1)).await.unwrap();
            let finished = actions::finish(&mut change, &order).await.is_ok();
            change.commit().await.unwrap();
            finished
        }
    };
    let forwards: Vec<_> = created.iter().map(succeeded).collect();
    let backwards = forwards.iter().rev().cloned().collect();
    let (one, other) = (tokio::spawn(finish(forwards)), tokio::spawn(finish(backwards)));
    assert_ne!(one.await.unwrap(), other.await.unwrap());
    assert_eq!(blocks(journal.store(), BlockType::ActionExecuted).await.len(), 2);
}

#[tokio::test]
async fn a_clock_that_is_behind_does_not_finish_before_the_request() {
    let journal = journal("actions").await;
    decide(journal.store(), 1..2, "FIX").await;
    let created = create(&journal, 60, &[action(1)]).await;
    let mut change = journal.begin(second(0)).await.unwrap();
    let done = actions::finish(&mut change, &[succeeded(&created[0])]).await.unwrap();
    assert_eq!(done[0].finished_at, Some(second(60)));
}

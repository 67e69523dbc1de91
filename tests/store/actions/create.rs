use host::{
    domain::vocabulary::{ActionStatus, BlockType},
    store::actions,
};
use serde_json::json;

use super::{action, create, done, succeeded};
use crate::support::{assert_none, blocks, decide, id, journal, second};

#[tokio::test]
async fn actions_are_pending_until_they_are_finished() {
    let journal = journal("actions").await;
    decide(journal.store(), 1..3, "FIX").await;
    let created = create(&journal, 5, &[action(2), action(1)]).await;
    assert_eq!(created.iter().map(|action| action.id).collect::<Vec<_>>(), [id(0xA001), id(0xA002)]);
    let first = &created[0];
    assert_eq!((first.status, first.requested_at, first.attempts), (ActionStatus::Pending, second(5), 0));
    assert_eq!((first.subject.as_str(), &first.parameters), ("NIFTY", &json!({"minutes": 15})));
    assert_eq!((first.finished_at, first.duration), (None, None));
    assert_none(&blocks(journal.store(), BlockType::ActionExecuted).await);
}

#[tokio::test]
async fn nothing_asked_for_is_nothing_done() {
    let journal = journal("actions").await;
    assert_none(&create(&journal, 0, &[]).await);
}

#[tokio::test]
async fn a_key_that_is_there_is_answered_with_its_action() {
    let journal = journal("actions").await;
    decide(journal.store(), 1..3, "FIX").await;
    let first = done(&journal, 0, &[action(1)], succeeded).await.remove(0);
    let mut again = action(2);
    again.idempotency_key.clone_from(&first.idempotency_key);
    assert_eq!(create(&journal, 9, &[again]).await, [first]);
    assert_none(&actions::get(journal.store(), &[id(0xA002)]).await.unwrap());
}

#[tokio::test]
async fn a_key_given_twice_at_once_is_one_action() {
    let journal = journal("actions").await;
    decide(journal.store(), 1..3, "FIX").await;
    let mut twin = action(2);
    twin.idempotency_key = action(1).idempotency_key;
    let created = create(&journal, 0, &[action(1), twin]).await;
    assert_eq!(created.len(), 1);
}

#[tokio::test]
async fn two_hosts_with_one_key_make_one_action() {
    let journal = journal("actions").await;
    decide(journal.store(), 1..9, "FIX").await;
    let forwards: Vec<_> = (1..9).map(action).collect();
    let mut backwards: Vec<_> = forwards.iter().rev().cloned().collect();
    for action in &mut backwards {
        action.id = id(action.id.as_u128() + 0x1000);
    }
    let mut first = journal.begin(second(0)).await.unwrap();
    let ours = actions::create(&mut first, &forwards).await.unwrap();
    let other = journal.clone();
    let theirs = tokio::spawn(async move { create(&other, 1, &backwards).await });
    first.commit().await.unwrap();
    assert_eq!(theirs.await.unwrap(), ours);
    assert_eq!(ours.len(), 8);
}

#[tokio::test]
async fn an_action_without_a_decision_is_refused() {
    let journal = journal("actions").await;
    let mut change = journal.begin(second(0)).await.unwrap();
    let error = actions::create(&mut change, &[action(1)]).await.unwrap_err();
    assert!(error.to_string().contains("action_executions_decision_id_fkey"), "{error}");
}

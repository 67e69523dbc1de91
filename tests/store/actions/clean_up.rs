use host::{
    domain::vocabulary::BlockType,
    store::{actions, journal::Journal, page::Window},
};
use serde_json::json;
use uuid::Uuid;

use super::{action, controlled, create, done, succeeded};
use crate::support::{assert_none, blocks, decide, id, journal, second};

async fn clean_up(journal: &Journal, before: i64) -> Vec<Uuid> {
    let mut change = journal.begin(second(1_000)).await.unwrap();
    let deleted = actions::delete_older_than(&mut change, second(before)).await.unwrap();
    change.commit().await.unwrap();
    deleted.actions
}

#[tokio::test]
async fn old_actions_go_and_a_block_says_so() {
    let journal = journal("actions").await;
    decide(journal.store(), 1..9, "FIX").await;
    done(&journal, 0, &[action(1), action(2)], succeeded).await;
    done(&journal, 10, &[action(3)], succeeded).await;
    create(&journal, 0, &[action(4)]).await;
    assert_eq!(clean_up(&journal, 10).await, [id(0xA001), id(0xA002)]);
    let left = actions::recent(journal.store(), Window::first(10)).await.unwrap().items;
    // The border belongs to what stays, and so does what is not finished.
    assert_eq!(left.iter().map(|action| action.id).collect::<Vec<_>>(), [id(0xA003), id(0xA004)]);
    let noted = blocks(journal.store(), BlockType::CleanedUp).await;
    let cleaned_up = json!({
        "requested_before": "2026-01-01T00:00:10Z",
        "actions": [id(0xA001), id(0xA002)],
    });
    assert_eq!(noted, [json!({ "cleaned_up": cleaned_up })]);
}

#[tokio::test]
async fn nothing_to_clean_up_leaves_no_block() {
    let journal = journal("actions").await;
    assert_none(&clean_up(&journal, 10).await);
    assert_none(&blocks(journal.store(), BlockType::CleanedUp).await);
}

#[tokio::test]
async fn controls_in_force_protect_their_action_and_expired_ones_do_not() {
    let journal = journal("actions").await;
    decide(journal.store(), 1..9, "FIX").await;
    let new = [(1, None), (2, Some(1_001)), (3, Some(1_000))].map(|(number, until)| (action(number), until));
    let done = controlled(&journal, 0, &new).await;
    assert_eq!(clean_up(&journal, 10).await, [done[2].id]);
}

#[tokio::test]
async fn actions_that_another_change_works_on_are_left_for_later() {
    let journal = journal("actions").await;
    decide(journal.store(), 1..3, "FIX").await;
    let done = done(&journal, 0, &[1, 2].map(action), succeeded).await;
    let mut other = journal.begin(second(2)).await.unwrap();
    actions::rollback_failed(&mut other, done[0].id, "no answer").await.unwrap();
    assert_eq!(clean_up(&journal, 10).await, [done[1].id]);
    other.commit().await.unwrap();
    assert_eq!(clean_up(&journal, 10).await, [done[0].id]);
}

#[tokio::test]
async fn a_thousand_go_at_once_the_oldest_first() {
    let journal = journal("actions").await;
    decide(journal.store(), 1..1_002, "FIX").await;
    done(&journal, 1, &(2..1_002).map(action).collect::<Vec<_>>(), succeeded).await;
    done(&journal, 0, &[action(1)], succeeded).await;
    assert_eq!(clean_up(&journal, 10).await.len(), 1_000);
    assert_eq!(clean_up(&journal, 10).await, [id(0xA000 + 1_001)]);
    assert_none(&clean_up(&journal, 10).await);
    assert_eq!(blocks(journal.store(), BlockType::CleanedUp).await.len(), 2);
}

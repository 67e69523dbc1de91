use host::{
    domain::vocabulary::{BlockType, NotificationStatus},
    store::{
        anomalies::AnomalyRef,
        journal::Journal,
        notifications::{self, NewNotification, Notification, NotificationFilter, StatusUpdate, Telling},
        page::Window,
    },
};
use serde_json::json;

use super::{create, ids, mail, notification, somebody, welcome};
use crate::support::{assert_none, blocks, decide, id, journal, second};

async fn update(journal: &Journal, at: i64, updates: &[(u128, Telling)]) -> Vec<Notification> {
    let updates: Vec<_> = updates
        .iter()
        .map(|(number, telling)| StatusUpdate { id: id(*number), telling: telling.clone() })
        .collect();
    let mut change = journal.begin(second(at)).await.unwrap();
    let updated = notifications::update_status(&mut change, &updates).await.unwrap();
    change.commit().await.unwrap();
    updated
}

fn failed() -> Telling {
    Telling::Failed { error: "mailbox asha@example.com is full".into() }
}

#[tokio::test]
async fn blocks_say_who_is_told_but_neither_words_nor_addresses() {
    let journal = journal("notifications").await;
    decide(journal.store(), 1..2, "FIX").await;
    welcome(&journal, 0, &[somebody(1)]).await;
    let anomaly = id((1 << 48) + 1);
    let about = NewNotification {
        anomaly: Some(AnomalyRef::Market(anomaly)),
        addresses: vec![mail(1)],
        ..notification(1)
    };
    let created = create(&journal, 5, &[about]).await;
    assert_eq!((created[0].created_at, created[0].status), (second(5), NotificationStatus::Pending));
    assert_eq!(created[0].market_anomaly_id, Some(anomaly));
    update(&journal, 6, &[(1, failed())]).await;

    let noted = blocks(journal.store(), BlockType::NotificationCreated).await;
    assert_eq!(noted[0]["notification"]["market_anomaly_id"], json!(anomaly));
    assert_eq!(noted[0]["addresses"], json!([{"recipient_id": id(0xB001), "channel": "EMAIL"}]));
    let updated = blocks(journal.store(), BlockType::NotificationUpdated).await;
    assert_eq!(updated[0]["notification"]["status"], json!("FAILED"));
    let recipient = blocks(journal.store(), BlockType::RecipientChanged).await;
    assert_eq!(recipient[0]["recipient"]["user_id"].as_str().unwrap().len(), 64);
    let all = format!("{noted:?}{updated:?}{recipient:?}");
    for secret in ["NIFTY", "Asha", "asha", "example.com", "user-1"] {
        assert!(!all.contains(secret), "{secret} in {all}");
    }
}

#[tokio::test]
async fn notifications_are_created_once() {
    let journal = journal("notifications").await;
    assert_none(&create(&journal, 0, &[]).await);
    assert_eq!(ids(&create(&journal, 0, &[notification(2), notification(1)]).await), [1, 2]);
    assert_eq!(ids(&create(&journal, 1, &[notification(2), notification(3)]).await), [3]);
    assert_eq!(blocks(journal.store(), BlockType::NotificationCreated).await.len(), 3);
    let found = notifications::get(journal.store(), &[id(3), id(9), id(2)]).await.unwrap();
    assert_eq!(ids(&found), [2, 3]);
    assert_none(&notifications::get(journal.store(), &[]).await.unwrap());
}

#[tokio::test]
async fn what_is_told_stays_told_and_what_failed_can_be_tried_again() {
    let journal = journal("notifications").await;
    create(&journal, 10, &[1, 2].map(notification)).await;
    let first = update(&journal, 11, &[(2, failed()), (1, Telling::Sent), (9, Telling::Sent)]).await;
    assert_eq!(ids(&first), [1, 2]);
    assert_eq!((first[0].status, first[0].sent_at), (NotificationStatus::Sent, Some(second(11))));
    assert_eq!((first[1].status, first[1].sent_at), (NotificationStatus::Failed, None));
    assert_eq!(first[1].error.as_deref(), Some("mailbox asha@example.com is full"));
    let again = update(&journal, 12, &[(1, failed()), (2, Telling::Sent)]).await;
    assert_eq!((ids(&again), again[0].error.as_deref()), (vec![2], None));
    assert_none(&update(&journal, 13, &[]).await);
    assert_eq!(blocks(journal.store(), BlockType::NotificationUpdated).await.len(), 3);
    // A clock that is behind.
    create(&journal, 60, &[notification(3)]).await;
    assert_eq!(update(&journal, 0, &[(3, Telling::Sent)]).await[0].sent_at, Some(second(60)));
}

#[tokio::test]
async fn old_notifications_go_and_a_block_says_so() {
    let journal = journal("notifications").await;
    create(&journal, 0, &[1, 2, 3].map(notification)).await;
    create(&journal, 10, &[notification(4)]).await;
    update(&journal, 11, &[(1, Telling::Sent), (3, failed()), (4, Telling::Sent)]).await;
    let clean_up = async || {
        let mut change = journal.begin(second(99)).await.unwrap();
        let cleaned_up = notifications::delete_older_than(&mut change, second(10)).await.unwrap();
        change.commit().await.unwrap();
        cleaned_up.notifications
    };
    assert_eq!(clean_up().await, [id(1), id(3)]);
    assert_none(&clean_up().await);
    let left =
        notifications::find(journal.store(), &NotificationFilter::default(), Window::first(9)).await.unwrap();
    assert_eq!(ids(&left.items), [4, 2]);
    let noted = blocks(journal.store(), BlockType::CleanedUp).await;
    let cleaned_up = json!({"created_before": "2026-01-01T00:00:10Z", "notifications": [id(1), id(3)]});
    assert_eq!(noted, [json!({ "cleaned_up": cleaned_up })]);
}

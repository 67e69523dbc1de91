use std::collections::BTreeMap;

use host::{
    domain::vocabulary::{NotificationChannel, NotificationPriority, NotificationStatus},
    store::{
        notifications::{
            self, Address, Attempt, DeliveryRate, DeliveryUpdate, NewNotification, NotificationStatistics,
            StatusUpdate, Telling,
        },
        page::Period,
    },
};

use super::{create, mail, notification, somebody, welcome};
use crate::support::{id, journal, second};

#[tokio::test]
async fn of_nothing_there_are_no_figures() {
    let journal = journal("notifications").await;
    let (store, ever) = (journal.store(), Period::default());
    assert_eq!(notifications::statistics(store, ever).await.unwrap(), NotificationStatistics::default());
    let rates = notifications::delivery_success_rate(store, ever).await.unwrap();
    assert_eq!(rates, [DeliveryRate { channel: None, delivered: 0, failed: 0, rate: None }]);
}

#[tokio::test]
async fn notifications_are_counted_by_status_priority_and_kind() {
    let journal = journal("notifications").await;
    let urgent = NewNotification { priority: NotificationPriority::Urgent, ..notification(2) };
    let other = NewNotification { kind: "IV_SPIKE".into(), ..notification(3) };
    create(&journal, 0, &[notification(1), urgent]).await;
    create(&journal, 5, &[other]).await;
    let mut change = journal.begin(second(6)).await.unwrap();
    let sent = StatusUpdate { id: id(1), telling: Telling::Sent };
    notifications::update_status(&mut change, &[sent]).await.unwrap();
    change.commit().await.unwrap();
    let all = NotificationStatistics {
        total: 3,
        by_status: BTreeMap::from([(NotificationStatus::Pending, 2), (NotificationStatus::Sent, 1)]),
        by_priority: BTreeMap::from([(NotificationPriority::Normal, 2), (NotificationPriority::Urgent, 1)]),
        by_kind: BTreeMap::from([("IV_SPIKE".into(), 1), ("PRICE_SPIKE".into(), 2)]),
    };
    assert_eq!(notifications::statistics(journal.store(), Period::default()).await.unwrap(), all);
    let late = Period { from: Some(second(5)), until: Some(second(6)) };
    assert_eq!(notifications::statistics(journal.store(), late).await.unwrap().total, 1);
}

#[tokio::test]
async fn rates_count_deliveries_that_are_over() {
    let journal = journal("notifications").await;
    welcome(&journal, 0, &[1, 2, 3].map(somebody)).await;
    let log = Address { channel: NotificationChannel::Log, ..mail(1) };
    let addresses = vec![mail(1), mail(2), mail(3), log];
    create(&journal, 0, &[NewNotification { addresses, ..notification(1) }]).await;
    let outcome = |recipient, attempt| DeliveryUpdate {
        notification_id: id(1),
        address: mail(recipient),
        attempts: 0,
        attempt,
    };
    let failed = Attempt::Failed { error: "no answer".into() };
    let outcomes = [outcome(3, failed), outcome(1, Attempt::Delivered), outcome(2, Attempt::Delivered)];
    let mut change = journal.begin(second(1)).await.unwrap();
    notifications::update_delivery_status(&mut change, &outcomes).await.unwrap();
    change.commit().await.unwrap();
    let rates = notifications::delivery_success_rate(journal.store(), Period::default()).await.unwrap();
    let two_thirds = Some(2.0 / 3.0);
    let all = DeliveryRate { channel: None, delivered: 2, failed: 1, rate: two_thirds };
    let log = DeliveryRate { channel: Some(NotificationChannel::Log), delivered: 0, failed: 0, rate: None };
    let email = DeliveryRate { channel: Some(NotificationChannel::Email), ..all.clone() };
    assert_eq!(rates, [all, log, email]);
}

use host::{
    domain::vocabulary::{NotificationPriority, NotificationStatus},
    store::{
        notifications::{self, NewNotification, NotificationFilter, StatusUpdate, Telling},
        page::{Period, Window},
    },
};

use super::{create, ids, mail, notification, somebody, welcome};
use crate::support::{assert_none, id, journal, second};

#[tokio::test]
async fn an_empty_store_has_no_notifications() {
    let journal = journal("notifications").await;
    let (store, window) = (journal.store(), Window::first(10));
    assert_none(&notifications::find(store, &NotificationFilter::default(), window).await.unwrap().items);
    assert_none(&notifications::urgent(store, window).await.unwrap().items);
    assert_none(&notifications::pending(store, second(0), 10).await.unwrap());
    assert_none(&notifications::group_members(store, id(1), window).await.unwrap().items);
}

#[tokio::test]
async fn pages_go_on_within_one_moment_and_end_exactly() {
    let journal = journal("notifications").await;
    create(&journal, 0, &[1, 2, 3].map(notification)).await;
    create(&journal, 1, &[notification(4)]).await;
    let (store, all) = (journal.store(), NotificationFilter::default());
    let first = notifications::find(store, &all, Window::first(2)).await.unwrap();
    assert_eq!(ids(&first.items), [4, 3]);
    let last = notifications::find(store, &all, Window::first(2).after(first.next.unwrap())).await.unwrap();
    assert_eq!((ids(&last.items), last.next), (vec![2, 1], None));
}

#[tokio::test]
async fn notifications_are_found_by_what_they_are() {
    let journal = journal("notifications").await;
    welcome(&journal, 0, &[somebody(1), somebody(2)]).await;
    let urgent = NewNotification { priority: NotificationPriority::Urgent, ..notification(2) };
    let other = NewNotification { kind: "IV_SPIKE".into(), addresses: vec![mail(1)], ..notification(3) };
    create(&journal, 0, &[notification(1), urgent]).await;
    create(&journal, 5, &[other]).await;
    let mut change = journal.begin(second(6)).await.unwrap();
    let sent = StatusUpdate { id: id(1), telling: Telling::Sent };
    notifications::update_status(&mut change, &[sent]).await.unwrap();
    change.commit().await.unwrap();

    let find = async |filter: NotificationFilter| {
        ids(&notifications::find(journal.store(), &filter, Window::first(10)).await.unwrap().items)
    };
    let all = NotificationFilter::default;
    assert_eq!(find(NotificationFilter { kind: Some("IV_SPIKE".into()), ..all() }).await, [3]);
    assert_eq!(
        find(NotificationFilter { priority: Some(NotificationPriority::Normal), ..all() }).await,
        [3, 1]
    );
    assert_eq!(find(NotificationFilter { status: Some(NotificationStatus::Sent), ..all() }).await, [1]);
    assert_eq!(find(NotificationFilter { recipient_id: Some(id(0xB001)), ..all() }).await, [3]);
    assert_none(&find(NotificationFilter { recipient_id: Some(id(0xB002)), ..all() }).await);
    let early = Period { from: Some(second(0)), until: Some(second(5)) };
    assert_eq!(find(NotificationFilter { created: early, ..all() }).await, [2, 1]);
    let urgent = notifications::urgent(journal.store(), Window::first(10)).await.unwrap();
    assert_eq!(ids(&urgent.items), [2]);
}

#[tokio::test]
async fn the_queue_begins_with_the_most_urgent_and_then_the_oldest() {
    let journal = journal("notifications").await;
    let of = |number, priority| NewNotification { priority, ..notification(number) };
    create(&journal, 0, &[of(1, NotificationPriority::Low), of(2, NotificationPriority::High)]).await;
    create(&journal, 1, &[of(3, NotificationPriority::Urgent), of(4, NotificationPriority::High)]).await;
    let queue = notifications::pending(journal.store(), second(2), 10).await.unwrap();
    assert_eq!(ids(&queue), [3, 2, 4, 1]);
    assert_eq!(ids(&notifications::pending(journal.store(), second(2), 2).await.unwrap()), [3, 2]);
}

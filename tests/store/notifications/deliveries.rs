use host::{
    domain::vocabulary::{NotificationChannel, NotificationPriority},
    store::{
        journal::Journal,
        notifications::{
            self, Address, Attempt, Contact, Deactivated, Delivery, DeliveryUpdate, NewNotification, Progress,
        },
    },
};

use super::{create, ids, mail, notification, somebody, welcome};
use crate::support::{assert_none, id, journal, second};

async fn due(journal: &Journal, at: i64, until: i64) -> Vec<Delivery> {
    let mut change = journal.begin(second(at)).await.unwrap();
    let due = notifications::due_deliveries(&mut change, &[id(1), id(2)], second(until), 10).await.unwrap();
    change.commit().await.unwrap();
    due
}

async fn update(
    journal: &Journal,
    at: i64,
    number: u128,
    address: Address,
    (attempts, attempt): (i32, Attempt),
) -> Vec<Progress> {
    let update = DeliveryUpdate { notification_id: id(number), address, attempts, attempt };
    let mut change = journal.begin(second(at)).await.unwrap();
    let progress = notifications::update_delivery_status(&mut change, &[update]).await.unwrap();
    change.commit().await.unwrap();
    progress
}

fn log(recipient: u32) -> Address {
    Address { channel: NotificationChannel::Log, ..mail(recipient) }
}

fn numbers(deliveries: &[Delivery]) -> Vec<(u128, NotificationChannel, i32)> {
    deliveries.iter().map(|one| (one.notification_id.as_u128(), one.channel, one.attempts)).collect()
}

/// Two notifications for somebody, the second of them urgent.
async fn two(journal: &Journal) {
    welcome(journal, 0, &[somebody(1)]).await;
    let both = NewNotification { addresses: vec![mail(1), log(1), log(1)], ..notification(1) };
    let urgent = NewNotification {
        addresses: vec![log(1)],
        priority: NotificationPriority::Urgent,
        ..notification(2)
    };
    create(journal, 0, &[both, urgent]).await;
}

#[tokio::test]
async fn deliveries_are_taken_once_the_most_urgent_first() {
    let journal = journal("notifications").await;
    two(&journal).await;
    let taken = due(&journal, 0, 60).await;
    let (log, email) = (NotificationChannel::Log, NotificationChannel::Email);
    assert_eq!(numbers(&taken), [(2, log, 1), (1, log, 1), (1, email, 1)]);
    assert_eq!(taken[2].contact, Some(Contact::new("asha@example.com")));
    assert_eq!((&taken[0].contact, taken[0].body.as_str()), (&None, "NIFTY rose by 3 % in a minute"));
    assert_none(&due(&journal, 59, 120).await);
    // Whoever took them is gone.
    assert_eq!(numbers(&due(&journal, 60, 120).await), [(2, log, 2), (1, log, 2), (1, email, 2)]);
}

#[tokio::test]
async fn two_hosts_do_not_take_one_delivery() {
    let journal = journal("notifications").await;
    two(&journal).await;
    let mut first = journal.begin(second(0)).await.unwrap();
    let taken = notifications::due_deliveries(&mut first, &[id(1), id(2)], second(60), 2).await.unwrap();
    assert_eq!(taken.len(), 2);
    assert_eq!(due(&journal, 0, 60).await.len(), 1);
    first.commit().await.unwrap();
    assert_none(&due(&journal, 0, 60).await);
}

#[tokio::test]
async fn what_comes_while_the_queue_is_arranged_waits_for_the_next_time() {
    let journal = journal("notifications").await;
    two(&journal).await;
    let mut round = journal.begin(second(1)).await.unwrap();
    let fresh = notifications::fresh(&mut round).await.unwrap();
    let released: Vec<_> = fresh.iter().map(|one| one.id).collect();
    assert_eq!(released, [id(2), id(1)]);
    create(&journal, 0, &[NewNotification { addresses: vec![log(1)], ..notification(3) }]).await;
    let taken = notifications::due_deliveries(&mut round, &released, second(60), 2).await.unwrap();
    round.commit().await.unwrap();
    let (log, email) = (NotificationChannel::Log, NotificationChannel::Email);
    assert_eq!(taken.len(), 2);
    // What was begun goes on over its other channels, without being released again.
    let mut round = journal.begin(second(2)).await.unwrap();
    let fresh = notifications::fresh(&mut round).await.unwrap();
    assert_eq!(fresh.iter().map(|one| one.id).collect::<Vec<_>>(), [id(3)]);
    let rest = notifications::due_deliveries(&mut round, &[], second(60), 10).await.unwrap();
    round.commit().await.unwrap();
    let mut all = numbers(&[taken, rest].concat());
    all.sort_unstable();
    assert_eq!(all, [(1, log, 1), (1, email, 1), (2, log, 1)]);
}

#[tokio::test]
async fn outcomes_say_how_far_a_notification_is() {
    let journal = journal("notifications").await;
    two(&journal).await;
    due(&journal, 0, 60).await;
    let again = Attempt::Again { at: second(30), error: "no answer".into() };
    let progress = update(&journal, 1, 1, mail(1), (1, again)).await;
    let notification_id = id(1);
    assert_eq!(progress, [Progress { notification_id, pending: 2, delivered: 0, failed: 0 }]);
    let progress = update(&journal, 2, 1, log(1), (1, Attempt::Delivered)).await;
    assert_eq!(progress, [Progress { notification_id, pending: 1, delivered: 1, failed: 0 }]);
    // What is over stays as it is.
    let failed = Attempt::Failed { error: "no answer".into() };
    assert_eq!(update(&journal, 3, 1, log(1), (1, failed.clone())).await, progress);
    assert_none(&due(&journal, 29, 60).await);
    assert_eq!(numbers(&due(&journal, 30, 60).await), [(1, NotificationChannel::Email, 2)]);
    let progress = update(&journal, 31, 1, mail(1), (2, failed)).await;
    assert_eq!(progress, [Progress { notification_id, pending: 0, delivered: 1, failed: 1 }]);
    assert_none(&update(&journal, 32, 99, mail(1), (1, Attempt::Delivered)).await);
}

#[tokio::test]
async fn of_what_somebody_else_took_meanwhile_only_an_arrival_counts() {
    let journal = journal("notifications").await;
    two(&journal).await;
    due(&journal, 0, 60).await;
    due(&journal, 60, 120).await;
    let late = |attempt| (1, attempt);
    for attempt in [
        Attempt::Failed { error: "no answer".into() },
        Attempt::Again { at: second(61), error: "no answer".into() },
    ] {
        update(&journal, 61, 2, log(1), late(attempt)).await;
    }
    assert_none(&due(&journal, 119, 180).await);
    let progress = update(&journal, 119, 2, log(1), late(Attempt::Delivered)).await;
    assert_eq!((progress[0].pending, progress[0].delivered), (0, 1));
}

#[tokio::test]
async fn the_queue_leaves_out_what_waits_for_a_later_attempt() {
    let journal = journal("notifications").await;
    two(&journal).await;
    due(&journal, 0, 60).await;
    let queue = async |at| ids(&notifications::pending(journal.store(), second(at), 10).await.unwrap());
    assert_none(&queue(59).await);
    update(&journal, 1, 2, log(1), (1, Attempt::Delivered)).await;
    // It can be settled.
    assert_eq!(queue(59).await, [2]);
    assert_eq!(queue(60).await, [2, 1]);
}

#[tokio::test]
async fn what_is_told_within_another_is_not_delivered() {
    let journal = journal("notifications").await;
    two(&journal).await;
    let mut change = journal.begin(second(0)).await.unwrap();
    notifications::mark_as_grouped(&mut change, &[id(1)], id(2)).await.unwrap();
    change.commit().await.unwrap();
    assert_eq!(numbers(&due(&journal, 0, 60).await), [(2, NotificationChannel::Log, 1)]);
}

#[tokio::test]
async fn who_is_deactivated_is_told_nothing_any_more() {
    let journal = journal("notifications").await;
    two(&journal).await;
    welcome(&journal, 0, &[somebody(2)]).await;
    let deactivate = async |number: u128| {
        let mut change = journal.begin(second(1)).await.unwrap();
        let deactivated = notifications::deactivate_recipient(&mut change, id(number)).await.unwrap();
        change.commit().await.unwrap();
        deactivated
    };
    assert_eq!(deactivate(0xB001).await, Some(Deactivated::Kept));
    assert_eq!(deactivate(0xB002).await, Some(Deactivated::Deleted));
    assert_eq!(deactivate(0xB002).await, None);
    assert_none(&due(&journal, 1, 60).await);
    let kept = notifications::recipient(journal.store(), id(0xB001)).await.unwrap().unwrap();
    assert_eq!((kept.is_active, kept.updated_at), (false, second(1)));
}

use host::{
    domain::vocabulary::{BlockType, NotificationStatus},
    store::{
        error::{Result, StoreError},
        journal::Journal,
        notifications::{self, GroupingError, Notification, StatusUpdate, Telling},
        page::Window,
    },
};

use super::{NONE, create, ids, notification};
use crate::support::{assert_none, blocks, id, journal, second};

async fn group(journal: &Journal, members: &[u128], into: u128) -> Result<Vec<Notification>> {
    let members: Vec<_> = members.iter().copied().map(id).collect();
    let mut change = journal.begin(second(9)).await?;
    let grouped = notifications::mark_as_grouped(&mut change, &members, id(into)).await;
    change.commit().await?;
    grouped
}

fn refused(result: Result<Vec<Notification>>) -> GroupingError {
    match result.unwrap_err() {
        StoreError::Grouping(error) => error,
        error => panic!("{error}"),
    }
}

async fn members(journal: &Journal, group: u128) -> Vec<u128> {
    ids(&notifications::group_members(journal.store(), id(group), Window::first(10)).await.unwrap().items)
}

#[tokio::test]
async fn many_are_told_within_one() {
    let journal = journal("notifications").await;
    create(&journal, 0, &[3, 4].map(notification)).await;
    create(&journal, 1, &[1, 2].map(notification)).await;
    let grouped = group(&journal, &[2, 3, 4, 99], 1).await.unwrap();
    assert_eq!(ids(&grouped), [2, 3, 4]);
    assert!(
        grouped.iter().all(|one| (one.status, one.group_id) == (NotificationStatus::Grouped, Some(id(1))))
    );
    assert_eq!(blocks(journal.store(), BlockType::NotificationUpdated).await.len(), 3);
    assert_eq!(members(&journal, 1).await, [3, 4, 2]);
    assert_eq!(ids(&notifications::pending(journal.store(), second(9), 9).await.unwrap()), [1]);
    let first = notifications::group_members(journal.store(), id(1), Window::first(1)).await.unwrap();
    let rest = Window::first(2).after(first.next.unwrap());
    let rest = notifications::group_members(journal.store(), id(1), rest).await.unwrap();
    assert_eq!((ids(&rest.items), rest.next), (vec![4, 2], None));
}

#[tokio::test]
async fn nothing_is_told_within_itself() {
    let journal = journal("notifications").await;
    create(&journal, 0, &[1, 2].map(notification)).await;
    assert_eq!(refused(group(&journal, &[1, 2], 1).await), GroupingError::Cycle(id(1)));
    group(&journal, &[2], 1).await.unwrap();
    let error = refused(group(&journal, &[1], 2).await);
    assert_eq!(error, GroupingError::Cycle(id(2)));
    assert!(error.to_string().ends_with("tell all of them within another one"), "{error}");
}

#[tokio::test]
async fn two_at_once_do_not_close_a_circle() {
    let journal = journal("notifications").await;
    create(&journal, 0, &[1, 2].map(notification)).await;
    let mut first = journal.begin(second(8)).await.unwrap();
    notifications::mark_as_grouped(&mut first, &[id(2)], id(1)).await.unwrap();
    let other = journal.clone();
    let second_one = tokio::spawn(async move { group(&other, &[1], 2).await });
    first.commit().await.unwrap();
    assert_eq!(refused(second_one.await.unwrap()), GroupingError::Cycle(id(2)));
}

#[tokio::test]
async fn groups_do_not_nest() {
    let journal = journal("notifications").await;
    create(&journal, 0, &[1, 2, 3].map(notification)).await;
    group(&journal, &[3], 2).await.unwrap();
    assert_eq!(ids(&group(&journal, &[2], 1).await.unwrap()), [2, 3]);
    assert_eq!(members(&journal, 1).await, [2, 3]);
    assert_none(&members(&journal, 2).await);
}

#[tokio::test]
async fn only_what_is_pending_takes_part() {
    let journal = journal("notifications").await;
    create(&journal, 0, &[1, 2, 3].map(notification)).await;
    let mut change = journal.begin(second(1)).await.unwrap();
    let sent = StatusUpdate { id: id(2), telling: Telling::Sent };
    notifications::update_status(&mut change, &[sent]).await.unwrap();
    change.commit().await.unwrap();
    let status = NotificationStatus::Sent;
    assert_eq!(refused(group(&journal, &[1], 2).await), GroupingError::NotPending { id: id(2), status });
    assert_eq!(ids(&group(&journal, &[2, 3], 1).await.unwrap()), [3]);
    assert_none(&group(&journal, &[1], 99).await.unwrap());
    assert_none(&group(&journal, &[], 1).await.unwrap());
    let mut change = journal.begin(second(1)).await.unwrap();
    assert_none(&notifications::mark_as_grouped(&mut change, &NONE, id(99)).await.unwrap());
}

#[tokio::test]
async fn a_group_that_is_deleted_lets_its_members_go() {
    let journal = journal("notifications").await;
    create(&journal, 0, &[notification(1)]).await;
    create(&journal, 5, &[notification(2)]).await;
    group(&journal, &[2], 1).await.unwrap();
    let mut change = journal.begin(second(20)).await.unwrap();
    let sent = StatusUpdate { id: id(1), telling: Telling::Sent };
    notifications::update_status(&mut change, &[sent]).await.unwrap();
    change.commit().await.unwrap();
    let mut change = journal.begin(second(21)).await.unwrap();
    notifications::delete_older_than(&mut change, second(5)).await.unwrap();
    change.commit().await.unwrap();
    let left = notifications::get(journal.store(), &[id(1), id(2)]).await.unwrap();
    assert_eq!((ids(&left), left[0].group_id), (vec![2], None));
}

//! A subject is in one host's hands at a time.

use host::{
    domain::{
        time::Timestamp,
        vocabulary::{BlockType, LeaseKind},
    },
    ledger::keys::HostKey,
    store::{
        Store,
        change::About,
        error::StoreError,
        leases::{self, Held, LeaseError, NewHost, Subject, Taken},
    },
};
use serde_json::json;

use crate::support::{Base, id, journal, second};

fn host(number: u8) -> NewHost {
    let key = HostKey::from_seed(&[number; 32]).id();
    NewHost { incarnation: id(number.into()), key, address: format!("http://10.0.0.{number}:8080") }
}

fn symbol(name: &str) -> Subject {
    Subject { kind: LeaseKind::Market, name: name.to_owned() }
}

fn trader(name: &str) -> Subject {
    Subject { kind: LeaseKind::Trader, name: name.to_owned() }
}

/// Two hosts that count as running until second 5.
async fn two_hosts(name: &str) -> Base {
    let base = journal(name).await;
    for number in [1, 2] {
        leases::join(base.store(), &host(number), second(0), second(5)).await.unwrap();
    }
    base
}

async fn take(store: &Store, host: u128, subjects: &[Subject], now: Timestamp) -> Taken {
    leases::take(store, id(host), subjects, now).await.unwrap()
}

#[track_caller]
#[expect(clippy::needless_pass_by_value, reason = "what a call has given")]
fn assert_lost<T: std::fmt::Debug>(result: Result<T, StoreError>) {
    assert!(matches!(result, Err(StoreError::Lease(LeaseError::Lost))), "{result:?}");
}

#[tokio::test]
async fn a_subject_that_is_taken_is_nobody_elses() {
    let base = two_hosts("leases_taken").await;
    let first = take(base.store(), 1, &[symbol("NIFTY"), trader("NIFTY")], second(1)).await;
    assert_eq!(first.own, [symbol("NIFTY"), trader("NIFTY")]);
    let again = take(base.store(), 1, &[symbol("NIFTY")], second(1)).await;
    assert_eq!(again.own, [symbol("NIFTY")]);
    let second_host = take(base.store(), 2, &[trader("NIFTY"), symbol("SENSEX")], second(1)).await;
    let held = Held { subject: trader("NIFTY"), address: host(1).address, until: second(5) };
    assert_eq!(second_host, Taken { own: vec![symbol("SENSEX")], others: vec![held] });
}

#[tokio::test]
async fn what_a_dead_host_held_is_taken_over_and_the_dead_host_commits_nothing() {
    let base = two_hosts("leases_dead").await;
    take(base.store(), 1, &[symbol("NIFTY"), symbol("SENSEX")], second(1)).await;
    leases::renew(base.store(), id(2), second(10)).await.unwrap();
    let over = take(base.store(), 2, &[symbol("NIFTY")], second(5)).await;
    assert_eq!(over.own, [symbol("NIFTY")]);
    assert_lost(leases::renew(base.store(), id(1), second(15)).await);
    // Even by a clock that says it were in time.
    let mut change = base.begin(second(1)).await.unwrap();
    assert_lost(leases::fence(&mut change, id(1)).await);
    assert_lost(leases::take(base.store(), id(1), &[symbol("SENSEX")], second(1)).await);
    leases::fence(&mut change, id(2)).await.unwrap();
}

#[tokio::test]
async fn a_host_that_is_late_but_was_not_missed_keeps_what_it_holds() {
    let base = two_hosts("leases_late").await;
    take(base.store(), 1, &[symbol("NIFTY")], second(1)).await;
    let mut change = base.begin(second(6)).await.unwrap();
    assert_lost(leases::fence(&mut change, id(1)).await);
    drop(change);
    leases::renew(base.store(), id(1), second(11)).await.unwrap();
    let mut change = base.begin(second(6)).await.unwrap();
    leases::fence(&mut change, id(1)).await.unwrap();
    drop(change);
    assert_eq!(take(base.store(), 1, &[symbol("NIFTY")], second(6)).await.own, [symbol("NIFTY")]);
}

#[tokio::test]
async fn a_commit_under_way_is_waited_for_and_renewal_does_not_wait_for_it() {
    let base = two_hosts("leases_fence").await;
    take(base.store(), 1, &[symbol("NIFTY")], second(1)).await;
    leases::renew(base.store(), id(2), second(10)).await.unwrap();
    let mut change = base.begin(second(4)).await.unwrap();
    leases::fence(&mut change, id(1)).await.unwrap();
    leases::renew(base.store(), id(1), second(6)).await.unwrap();
    let store = base.store().clone();
    let taking =
        tokio::spawn(async move { leases::take(&store, id(2), &[symbol("NIFTY")], second(7)).await });
    wait_until_somebody_waits(base.store()).await;
    assert!(!taking.is_finished());
    change.note(BlockType::PolicyChanged, &json!({}), About::default()).unwrap();
    change.commit().await.unwrap();
    assert_eq!(taking.await.unwrap().unwrap().own, [symbol("NIFTY")]);
}

async fn wait_until_somebody_waits(store: &Store) {
    let waits = "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)";
    while !sqlx::query_scalar::<_, bool>(waits).fetch_one(store.pool()).await.unwrap() {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_key_runs_once() {
    let base = two_hosts("leases_key").await;
    take(base.store(), 1, &[symbol("NIFTY")], second(1)).await;
    let next = NewHost { incarnation: id(11), ..host(1) };
    let refused = leases::join(base.store(), &next, second(4), second(9)).await;
    let Err(StoreError::Lease(LeaseError::AlreadyRuns { address, until })) = refused else {
        panic!("{refused:?}")
    };
    assert_eq!((address, until), (host(1).address, second(5)));
    leases::join(base.store(), &next, second(5), second(10)).await.unwrap();
    assert_lost(leases::renew(base.store(), id(1), second(10)).await);
    leases::renew(base.store(), id(2), second(10)).await.unwrap();
    assert_eq!(take(base.store(), 2, &[symbol("NIFTY")], second(5)).await.own, [symbol("NIFTY")]);
}

#[tokio::test]
async fn what_is_given_back_is_free() {
    let base = two_hosts("leases_back").await;
    take(base.store(), 1, &[symbol("A"), symbol("B"), symbol("C")], second(1)).await;
    leases::release(base.store(), id(2), &[symbol("A")]).await.unwrap();
    leases::release(base.store(), id(1), &[symbol("B")]).await.unwrap();
    let all = [symbol("A"), symbol("B"), symbol("C")];
    assert_eq!(take(base.store(), 2, &all, second(1)).await.own, [symbol("B")]);
    leases::leave(base.store(), id(1)).await.unwrap();
    assert_eq!(take(base.store(), 2, &all, second(1)).await.own, all);
}

#[tokio::test]
async fn of_many_hosts_that_want_the_same_one_gets_it() {
    let base = two_hosts("leases_race").await;
    let wanted: Vec<Subject> = (0..200).map(|number| symbol(&format!("S{number}"))).collect();
    let backwards: Vec<Subject> = wanted.iter().rev().cloned().collect();
    let (one, other) = (
        leases::take(base.store(), id(1), &wanted, second(1)),
        leases::take(base.store(), id(2), &backwards, second(1)),
    );
    let (one, other) = tokio::join!(one, other);
    let (one, other) = (one.unwrap(), other.unwrap());
    assert_eq!(one.own.len() + other.own.len(), 200);
    assert_eq!((one.others.len(), other.others.len()), (other.own.len(), one.own.len()));
}

//! The bound of what hosts do by themselves, over several of them.

use std::sync::Arc;

use host::{
    actions::{Cause, Guard, guard::interval_start, perform},
    config::ActionsConfig,
    domain::{
        time::Timestamp,
        vocabulary::{ActionType, BlockType, SubjectType},
    },
    store::{automation, journal::Journal},
};
use serde_json::json;
use tokio::task::JoinSet;

use crate::{
    guard::capped,
    support::{Base, cause, halt, minute, planned, request},
};

/// Decides about one anomaly, as a host does: three actions if the guard admits them. Answers whether it did.
async fn decide(journal: &Journal, config: &ActionsConfig, number: u32, now: Timestamp) -> bool {
    let mut change = journal.begin(now).await.unwrap();
    let since = interval_start(config, now);
    let state = automation::lock(&mut change, since, config.most_per_interval).await.unwrap();
    let mut guard = Guard::of(config, state, now);
    if guard.admit(3, now) != host::actions::guard::Verdict::Admitted {
        return false;
    }
    let tell = |to| planned(ActionType::Webhook, SubjectType::Anomaly, "", json!({ "endpoint": to }));
    let requests = [halt(5), tell("a"), tell("b")];
    let requests: Vec<_> =
        (0..).zip(requests).map(|(place, planned)| request(number, place, planned)).collect();
    perform(&mut change, &requests, || now).await.unwrap();
    change.commit().await.unwrap();
    true
}

#[tokio::test(flavor = "multi_thread")]
async fn two_hosts_together_stay_within_the_cap() {
    let base = Base::new("two_hosts", 1..41).await;
    let (other, config) = (base.other_host().await, capped(20));
    let mut hosts = JoinSet::new();
    for number in 1..=40 {
        let journal = if number % 2 == 0 { Journal::clone(&base) } else { other.clone() };
        let config = config.clone();
        hosts.spawn(async move { decide(&journal, &config, number, minute(0)).await });
    }
    let admitted = hosts.join_all().await.into_iter().filter(|admitted| *admitted).count();
    assert_eq!(admitted, 6);
    assert_eq!(automation::count(base.store(), minute(-1)).await.unwrap(), 18);
    assert!(!decide(&base, &config, 1, minute(9)).await);
    assert!(decide(&base, &config, 40, minute(11)).await);
}

#[tokio::test]
async fn persons_and_the_review_queue_do_not_count() {
    let base = Base::new("persons", 1..3).await;
    let queue = planned(ActionType::QueueForReview, SubjectType::Anomaly, "", json!({}));
    let mut by_person = request(2, 0, halt(5));
    by_person.cause = Arc::new(Cause { is_automatic: false, ..cause(2) });
    base.act(minute(0), &[request(1, 0, queue), by_person]).await;
    assert_eq!(automation::count(base.store(), minute(-1)).await.unwrap(), 0);
    base.act(minute(0), &[request(1, 1, halt(5))]).await;
    assert_eq!(automation::count(base.store(), minute(-1)).await.unwrap(), 1);
}

#[tokio::test]
async fn the_switch_stops_and_resumes_with_a_block_each() {
    let base = Base::new("switch", 1..4).await;
    let config = capped(20);
    let mut change = base.begin(minute(1)).await.unwrap();
    assert!(automation::stop(&mut change, "asha", "the feed is broken").await.unwrap());
    assert!(!automation::stop(&mut change, "ravi", "me too").await.unwrap());
    change.commit().await.unwrap();
    let stop = automation::switch(base.store()).await.unwrap().unwrap();
    assert_eq!((stop.at, &*stop.by, &*stop.reason), (minute(1), "asha", "the feed is broken"));
    assert!(!decide(&base, &config, 1, minute(2)).await);
    let mut change = base.begin(minute(3)).await.unwrap();
    assert!(automation::resume(&mut change, "asha", "it is repaired").await.unwrap());
    assert!(!automation::resume(&mut change, "asha", "it is repaired").await.unwrap());
    change.commit().await.unwrap();
    assert!(decide(&base, &config, 1, minute(4)).await);
    let stopped = base.blocks(BlockType::AutomationStopped).await;
    let resumed = base.blocks(BlockType::AutomationResumed).await;
    assert_eq!((stopped.len(), resumed.len()), (1, 1));
    assert_eq!(stopped[0]["automation"]["reason"], "the feed is broken");
    // A pseudonym.
    assert_eq!(stopped[0]["automation"]["by"].as_str().unwrap().len(), 64);
}

#[tokio::test]
async fn the_switch_waits_for_whoever_is_about_to_act() {
    let base = Base::new("switch_waits", 1..2).await;
    let mut acting = base.begin(minute(0)).await.unwrap();
    automation::lock(&mut acting, minute(-10), 5).await.unwrap();
    let other = base.other_host().await;
    let stopping = tokio::spawn(async move {
        let mut change = other.begin(minute(1)).await.unwrap();
        automation::stop(&mut change, "asha", "the feed is broken").await.unwrap();
        change.commit().await.unwrap();
    });
    perform(&mut acting, &[request(1, 0, halt(5))], || minute(0)).await.unwrap();
    acting.commit().await.unwrap();
    stopping.await.unwrap();
    let order: Vec<String> =
        sqlx::query_scalar("SELECT type::text FROM blockchain_blocks ORDER BY block_number")
            .fetch_all(base.store().pool())
            .await
            .unwrap();
    assert_eq!(order[1..], ["ACTION_EXECUTED", "AUTOMATION_STOPPED"]);
}

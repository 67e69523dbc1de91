//! Following from now on.

use host::{
    domain::{
        finding::Severity,
        vocabulary::{BlockType, DecisionType},
    },
    feed::{AnomalyInterest, BlockInterest, DecisionInterest, Delivery, Interest, NotificationInterest},
    store::notifications::Telling,
};

use crate::scene::{Scene, all_anomalies, of_symbol};

#[tokio::test]
async fn everybody_hears_what_is_of_interest_in_the_order_of_the_ledger() {
    let scene = Scene::new("feed_order").await;
    let mut all = scene.subscribe(all_anomalies(), None).await;
    let mut one = scene.subscribe(of_symbol("S3"), None).await;
    let severe = AnomalyInterest { min_severity: Some(Severity::High), ..AnomalyInterest::default() };
    let mut severe = scene.subscribe(Interest::Anomalies(severe), None).await;
    for first in [0, 10, 20] {
        scene.writer.anomalies(first..first + 10).await;
    }
    assert_eq!(all.numbers(30).await, (0..30).collect::<Vec<_>>());
    assert_eq!(one.numbers(3).await, [3, 13, 23]);
    assert_eq!(severe.numbers(15).await, (0..30).filter(|number| number % 2 == 1).collect::<Vec<_>>());
}

#[tokio::test]
async fn each_topic_has_its_blocks() {
    let scene = Scene::new("feed_topics").await;
    let mut decisions = scene.subscribe(Interest::Decisions(DecisionInterest::default()), None).await;
    let fixes = DecisionInterest { decision: Some(DecisionType::Fix), ..DecisionInterest::default() };
    let mut fixes = scene.subscribe(Interest::Decisions(fixes), None).await;
    let mut told = scene.subscribe(Interest::Notifications(NotificationInterest::default()), None).await;
    let mut blocks = scene.subscribe(Interest::Blocks(BlockInterest::default()), None).await;
    let created = BlockInterest { block_type: Some(BlockType::NotificationCreated) };
    let mut created = scene.subscribe(Interest::Blocks(created), None).await;

    let first = scene.writer.anomalies([1, 2]).await;
    let kept = scene.writer.decide(1, DecisionType::Keep).await;
    let fixed = scene.writer.decide(2, DecisionType::Fix).await;
    let failed = scene.writer.tell(3, Telling::Failed { error: "nobody is there".into() }).await;
    let sent = scene.writer.tell(4, Telling::Sent).await;

    assert_eq!(decisions.event().await, (kept, 1));
    assert_eq!(decisions.event().await, (fixed, 2));
    assert_eq!(fixes.event().await, (fixed, 2));
    assert_eq!(told.event().await, (sent, 4));
    assert_eq!(created.event().await.0, failed - 1);
    assert_eq!(created.event().await.0, sent - 1);
    let numbers: Vec<u32> = (0..=u32::try_from(sent).unwrap()).collect();
    assert_eq!((first, blocks.numbers(numbers.len()).await), (1, numbers));
}

#[tokio::test]
async fn who_takes_nothing_is_told_what_was_missed_and_costs_the_others_nothing() {
    let scene = Scene::with_queue("feed_lag", 4).await;
    let mut slow = scene.subscribe(all_anomalies(), None).await;
    let mut other = scene.subscribe(of_symbol("S7"), None).await;
    let first = scene.writer.anomalies(0..10).await;
    let second = scene.writer.anomalies(10..20).await;
    assert_eq!(other.numbers(2).await, [7, 17]);
    assert_eq!(slow.numbers(4).await, [0, 1, 2, 3]);
    let last = slow.next().await;
    let Some(Ok(Delivery::Lagged { missed: 16, resume_after })) = last else { panic!("{last:?}") };
    assert_eq!(resume_after, first + 3);
    assert!(slow.next().await.is_none());

    let mut again = scene.subscribe(all_anomalies(), Some(resume_after)).await;
    assert_eq!(again.numbers(16).await, (4..20).collect::<Vec<_>>());
    assert_eq!(scene.writer.anomalies([20]).await, second + 10);
    assert_eq!(again.numbers(1).await, [20]);
}

#[tokio::test]
async fn a_closed_feed_gives_what_is_queued_and_ends() {
    let scene = Scene::new("feed_closed").await;
    let mut heard = scene.subscribe(all_anomalies(), None).await;
    let mut watch = scene.subscribe(all_anomalies(), None).await;
    scene.writer.anomalies([1]).await;
    watch.numbers(1).await;
    scene.feed.close();
    assert_eq!(heard.numbers(1).await, [1]);
    assert!(heard.next().await.is_none());
}

use host::{
    domain::vocabulary::{BlockType, DecisionType},
    store::{
        anomalies::{self, CleanedUp},
        change::About,
        decisions,
    },
};
use uuid::Uuid;

use crate::scene::{Scene, behavior, conflict, decision, id, market, minute, pending};

/// Removes what was opened before a minute; it is minute 0.
async fn clean_up(scene: &Scene, before: i64) -> CleanedUp {
    scene.change(async |change| anomalies::delete_older_than(change, minute(before)).await).await.unwrap()
}

#[tokio::test]
async fn old_anomalies_of_all_families_go_and_a_block_says_which() {
    let scene = Scene::new("clean_up").await;
    scene.create_market(&[market(1), market(5)]).await;
    scene.create_conflicts(&[conflict(2), conflict(6)]).await;
    scene.create_behavior(&[behavior(3), behavior(7)]).await;
    let removed = clean_up(&scene, 5).await;
    assert_eq!(
        removed,
        CleanedUp {
            opened_before: minute(5),
            market_anomalies: vec![id(1)],
            conflicts: vec![id(2)],
            behavior_anomalies: vec![id(3)],
            decisions: 0,
            actions: 0,
        }
    );
    assert_eq!(clean_up(&scene, 5).await.anomalies(), 0);
    assert_eq!(anomalies::market(scene.store(), &[id(1), id(5)]).await.unwrap(), [market(5)]);
    let payloads = scene.payloads(BlockType::CleanedUp).await;
    assert_eq!(payloads.len(), 1);
    assert_eq!(payloads[0]["cleaned_up"], serde_json::to_value(removed).unwrap());
}

#[tokio::test]
async fn decisions_and_actions_go_with_them_and_blocks_lose_their_links() {
    let scene = Scene::new("clean_up_cascade").await;
    scene.decide(&[decision(1, DecisionType::Fix)]).await;
    scene.control(id(1), Some(minute(-1))).await;
    let removed = clean_up(&scene, 2).await;
    assert_eq!((removed.market_anomalies, removed.decisions, removed.actions), (vec![id(1)], 1, 1));
    for table in ["anomaly_decisions", "action_executions", "active_controls"] {
        assert_eq!(scene.count(table).await, 0, "{table}");
    }
    let detected = scene.blocks(BlockType::AnomalyDetected).await;
    assert_eq!(detected.iter().map(|stored| stored.about).collect::<Vec<_>>(), [About::default()]);
    assert_eq!(scene.blocks(BlockType::DecisionMade).await[0].about, About::default());
}

#[tokio::test]
async fn what_a_control_or_a_question_depends_on_stays() {
    let scene = Scene::new("clean_up_held").await;
    let fix = DecisionType::Fix;
    scene.decide(&[decision(1, fix), decision(2, fix), decision(3, fix), pending(4), decision(5, fix)]).await;
    scene.control(id(1), None).await;
    scene.control(id(2), Some(minute(1))).await;
    scene.control(id(3), Some(minute(0))).await;
    assert_eq!(clean_up(&scene, 9).await.market_anomalies, [id(3), id(5)]);
    assert_eq!(scene.count("active_controls").await, 2);
    assert!(decisions::get(scene.store(), id(4)).await.unwrap().is_some());
}

#[tokio::test]
async fn one_clean_up_removes_a_thousand_at_most_oldest_first() {
    let scene = Scene::new("clean_up_batches").await;
    let anomalies: Vec<_> = (1..=1_001).map(market).collect();
    scene.create_market(&anomalies).await;
    scene.create_behavior(&[behavior(2_000)]).await;
    let all: Vec<Uuid> = (1..=1_000).map(id).collect();
    let first = clean_up(&scene, 3_000).await;
    assert_eq!((first.market_anomalies, first.behavior_anomalies), (all, vec![]));
    let second = clean_up(&scene, 3_000).await;
    assert_eq!((second.market_anomalies, second.behavior_anomalies), (vec![id(1_001)], vec![id(2_000)]));
    assert_eq!(clean_up(&scene, 3_000).await.anomalies(), 0);
    assert_eq!(scene.count("blockchain_blocks WHERE type = 'CLEANED_UP'").await, 2);
}

use host::{
    domain::vocabulary::BlockType,
    ledger::{block::DraftError, canonical::CanonicalError},
    store::{
        anomalies::{self, BehaviorAnomaly, Conflict, MarketAnomaly, MarketFilter},
        change::About,
        error::StoreError,
        page::Window,
    },
};
use serde_json::json;

use crate::scene::{NONE, Scene, behavior, conflict, id, market, minute};

#[tokio::test]
async fn what_is_recorded_is_read_again_and_is_in_a_block() {
    let scene = Scene::new("creating_market").await;
    assert_eq!(scene.create_market(&[market(1), market(2)]).await, [id(1), id(2)]);
    let mut read = anomalies::market(scene.store(), &[id(1), id(2)]).await.unwrap();
    read.sort_by_key(|anomaly| anomaly.id);
    assert_eq!(read, [market(1), market(2)]);
    let blocks = scene.blocks(BlockType::AnomalyDetected).await;
    assert_eq!(blocks[1].about, About::market(id(2)));
    let payload: serde_json::Value = serde_json::from_slice(&blocks[1].block.payload).unwrap();
    assert_eq!(payload["anomaly"], serde_json::to_value(market(2)).unwrap());
    assert_eq!(payload["anomaly"]["opened_at"], "2026-01-05T03:47:00Z");
}

#[tokio::test]
async fn blocks_call_persons_by_pseudonyms_and_each_always_by_the_same() {
    let scene = Scene::new("creating_persons").await;
    let other = BehaviorAnomaly { user_id: "bela".into(), ..behavior(4) };
    scene.create_conflicts(&[conflict(1), Conflict { user_id: None, ..conflict(2) }]).await;
    scene.create_behavior(&[behavior(3), other.clone()]).await;
    assert_eq!(anomalies::conflict(scene.store(), &[id(1)]).await.unwrap(), [conflict(1)]);
    assert_eq!(anomalies::behavior(scene.store(), &[id(4)]).await.unwrap(), [other]);
    let blocks = scene.blocks(BlockType::AnomalyDetected).await;
    assert_eq!(
        blocks.iter().map(|stored| stored.about).collect::<Vec<_>>(),
        [About::conflict(id(1)), About::conflict(id(2)), About::behavior(id(3)), About::behavior(id(4)),]
    );
    let payloads = scene.payloads(BlockType::AnomalyDetected).await;
    let names: Vec<_> = payloads.iter().map(|payload| &payload["anomaly"]["user_id"]).collect();
    assert_eq!(names[0].as_str().unwrap().len(), 64);
    assert_eq!(names[0], names[2]);
    assert_ne!(names[0], names[3]);
    assert_eq!(*names[1], json!(null));
    assert!(!payloads.iter().any(|payload| payload.to_string().contains("asha")));
}

#[tokio::test]
async fn what_is_on_record_already_stays_as_it_is() {
    let scene = Scene::new("creating_twice").await;
    scene.create_market(&[market(1)]).await;
    let again = MarketAnomaly { id: id(7), score: 0.9, ..market(1) };
    assert_eq!(scene.create_market(&[again.clone(), market(2), market(2)]).await, [id(2)]);
    assert_eq!(anomalies::market(scene.store(), &[id(1), id(7)]).await.unwrap(), [market(1)]);
    let for_nobody = Conflict { user_id: None, ..conflict(1) };
    let twice = [for_nobody.clone(), Conflict { id: id(8), ..for_nobody }, conflict(9)];
    assert_eq!(scene.create_conflicts(&twice).await.len(), 2);
    scene.create_behavior(&[behavior(3)]).await;
    assert_eq!(scene.create_behavior(&[BehaviorAnomaly { id: id(9), ..behavior(3) }]).await, NONE);
    assert_eq!(scene.blocks(BlockType::AnomalyDetected).await.len(), 5);
}

#[tokio::test]
async fn nothing_to_record_is_nothing_written() {
    let scene = Scene::new("creating_nothing").await;
    assert_eq!(scene.create_market(&[]).await, NONE);
    assert_eq!(scene.create_conflicts(&[]).await, NONE);
    assert_eq!(scene.create_behavior(&[]).await, NONE);
    assert_eq!(scene.count("blockchain_blocks").await, 0);
}

#[tokio::test]
async fn a_number_that_is_none_is_refused_and_nothing_of_the_change_remains() {
    let scene = Scene::new("creating_nan").await;
    let observed = MarketAnomaly { observed: Some(f64::NAN), ..market(2) };
    let refused = scene
        .change(async |change| anomalies::create_market(change, &[market(1), observed]).await)
        .await
        .unwrap_err();
    assert!(
        matches!(refused, StoreError::Draft(DraftError::Payload { error: CanonicalError::NotFinite, .. })),
        "{refused}"
    );
    let score = MarketAnomaly { score: f64::NAN, ..market(2) };
    let refused = scene.change(async |change| anomalies::create_market(change, &[score]).await).await;
    assert!(refused.unwrap_err().to_string().contains("anomaly_detections_score_check"));
    let found = anomalies::find_market(scene.store(), &MarketFilter::default(), Window::first(9)).await;
    assert_eq!(found.unwrap().items, []);
}

#[tokio::test]
async fn hosts_that_find_the_same_at_the_same_time_record_it_once() {
    const COUNT: i64 = 50;
    let scene = Scene::new("creating_together").await;
    let mine: Vec<_> = (0..COUNT).map(behavior).collect();
    let theirs: Vec<_> = (0..COUNT)
        .rev()
        .map(|number| BehaviorAnomaly { id: id(1_000 + number as u128), ..behavior(number) })
        .collect();
    let record = async |anomalies: &[BehaviorAnomaly]| {
        let mut change = scene.journal.begin(minute(0)).await.unwrap();
        let created = anomalies::create_behavior(&mut change, anomalies).await.unwrap();
        change.commit().await.unwrap();
        created.len() as i64
    };
    let (one, other) = tokio::join!(record(&mine), record(&theirs));
    assert_eq!(one + other, COUNT);
    assert_eq!(scene.count("behavior_anomalies").await, COUNT);
    assert_eq!(scene.blocks(BlockType::AnomalyDetected).await.len() as i64, COUNT);
    assert_eq!(scene.count("pseudonyms").await, 1);
}

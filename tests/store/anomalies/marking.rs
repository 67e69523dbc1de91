use host::{
    domain::vocabulary::BlockType,
    store::{
        anomalies::{self, AnomalyRef},
        change::About,
    },
};
use serde_json::json;

use crate::scene::{Scene, behavior, conflict, id, market, minute};

#[tokio::test]
async fn a_mark_is_on_record_and_in_a_block_in_every_family() {
    let scene = Scene::new("marking").await;
    scene.create_market(&[market(1)]).await;
    scene.create_conflicts(&[conflict(2)]).await;
    scene.create_behavior(&[behavior(3)]).await;
    assert!(scene.mark(AnomalyRef::Market(id(1)), true, "mira").await);
    assert!(scene.mark(AnomalyRef::Conflict(id(2)), false, "mira").await);
    assert!(scene.mark(AnomalyRef::Behavior(id(3)), true, "asha").await);
    let read = &anomalies::market(scene.store(), &[id(1)]).await.unwrap()[0];
    assert_eq!(
        (read.is_real, read.marked_by.as_deref(), read.marked_at),
        (Some(true), Some("mira"), Some(minute(0)))
    );
    assert_eq!(anomalies::conflict(scene.store(), &[id(2)]).await.unwrap()[0].is_real, Some(false));
    assert_eq!(anomalies::behavior(scene.store(), &[id(3)]).await.unwrap()[0].is_real, Some(true));
    let blocks = scene.blocks(BlockType::AnomalyMarked).await;
    let about: Vec<_> = blocks.iter().map(|stored| stored.about).collect();
    assert_eq!(about, [About::market(id(1)), About::conflict(id(2)), About::behavior(id(3))]);
    let payloads = scene.payloads(BlockType::AnomalyMarked).await;
    assert_eq!(payloads[0]["anomaly"]["is_real"], json!(true));
    assert_eq!(payloads[0]["anomaly"]["marked_by"], payloads[1]["anomaly"]["marked_by"]);
    assert_eq!(payloads[2]["anomaly"]["marked_by"], payloads[2]["anomaly"]["user_id"]);
    assert!(!payloads.iter().any(|payload| payload.to_string().contains("mira")));
}

#[tokio::test]
async fn the_last_one_to_mark_prevails() {
    let scene = Scene::new("marking_again").await;
    scene.create_market(&[market(1)]).await;
    scene.mark(AnomalyRef::Market(id(1)), true, "mira").await;
    scene.mark(AnomalyRef::Market(id(1)), false, "noor").await;
    let read = &anomalies::market(scene.store(), &[id(1)]).await.unwrap()[0];
    assert_eq!((read.is_real, read.marked_by.as_deref()), (Some(false), Some("noor")));
    assert_eq!(scene.blocks(BlockType::AnomalyMarked).await.len(), 2);
}

#[tokio::test]
async fn what_is_not_on_record_cannot_be_marked() {
    let scene = Scene::new("marking_unknown").await;
    scene.create_market(&[market(1)]).await;
    assert!(!scene.mark(AnomalyRef::Conflict(id(1)), true, "mira").await);
    assert_eq!(scene.blocks(BlockType::AnomalyMarked).await.len(), 0);
}

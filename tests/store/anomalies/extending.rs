use host::{
    domain::{finding::Severity, vocabulary::BlockType},
    store::{
        anomalies::{self, AnomalyRef, Later},
        change::About,
    },
};
use serde_json::json;

use crate::scene::{Scene, behavior, conflict, id, market, minute};

fn later(anomaly: AnomalyRef, severity: Severity, score: f64) -> Later {
    Later {
        anomaly,
        findings: 2,
        last_at: minute(9),
        severity,
        score,
        observed: None,
        expected: Some(1.0),
        message: "later".into(),
        evidence: json!({"z": 11}),
    }
}

async fn extend(scene: &Scene, findings: &[Later]) -> Vec<AnomalyRef> {
    scene.change(async |change| anomalies::extend(change, findings).await).await.unwrap().known
}

#[tokio::test]
async fn weaker_findings_are_counted_without_a_block() {
    let scene = Scene::new("extending_weaker").await;
    scene.create_market(&[market(1)]).await;
    let anomaly = AnomalyRef::Market(id(1));
    assert_eq!(extend(&scene, &[later(anomaly, Severity::Low, 0.75)]).await, [anomaly]);
    let mut expected = market(1);
    (expected.findings, expected.last_at) = (3, minute(9));
    assert_eq!(anomalies::market(scene.store(), &[id(1)]).await.unwrap(), [expected]);
    assert_eq!(scene.blocks(BlockType::AnomalyUpdated).await.len(), 0);
}

#[tokio::test]
async fn stronger_findings_prevail_with_a_block_in_every_family() {
    let scene = Scene::new("extending_stronger").await;
    scene.create_market(&[market(1), market(2)]).await;
    scene.create_conflicts(&[conflict(3)]).await;
    scene.create_behavior(&[behavior(4)]).await;
    let findings = [
        later(AnomalyRef::Behavior(id(4)), Severity::Low, 0.875),
        later(AnomalyRef::Market(id(2)), Severity::Critical, 0.5),
        later(AnomalyRef::Conflict(id(3)), Severity::Critical, 1.0),
    ];
    assert_eq!(
        extend(&scene, &findings).await,
        [AnomalyRef::Market(id(2)), AnomalyRef::Conflict(id(3)), AnomalyRef::Behavior(id(4))]
    );
    let read = anomalies::market(scene.store(), &[id(1)]).await.unwrap();
    assert_eq!(read, [market(1)]);
    let read = &anomalies::market(scene.store(), &[id(2)]).await.unwrap()[0];
    assert_eq!((read.severity, read.score, read.observed), (Severity::Critical, 0.75, Some(22_514.35)));
    let read = &anomalies::conflict(scene.store(), &[id(3)]).await.unwrap()[0];
    assert_eq!((read.severity, read.score, read.observed), (Severity::Critical, 1.0, None));
    assert_eq!((read.message.as_str(), &read.evidence), ("later", &json!({"z": 11})));
    assert_eq!(read.signals, conflict(3).signals);
    let read = &anomalies::behavior(scene.store(), &[id(4)]).await.unwrap()[0];
    assert_eq!((read.severity, read.score, read.findings), (Severity::Low, 0.875, 4));
    let about: Vec<_> =
        scene.blocks(BlockType::AnomalyUpdated).await.iter().map(|stored| stored.about).collect();
    assert_eq!(about, [About::market(id(2)), About::conflict(id(3)), About::behavior(id(4))]);
    let payloads = scene.payloads(BlockType::AnomalyUpdated).await;
    assert_eq!(payloads[2]["anomaly"]["findings"], 4);
    assert!(!payloads[2].to_string().contains("asha"));
}

#[tokio::test]
async fn findings_of_one_anomaly_join_one_after_the_other_and_make_one_block() {
    let scene = Scene::new("extending_together").await;
    scene.create_market(&[market(1)]).await;
    let anomaly = AnomalyRef::Market(id(1));
    let findings = [
        Later { message: "strongest".into(), ..later(anomaly, Severity::Low, 0.875) },
        Later { last_at: minute(5), ..later(anomaly, Severity::High, 0.8) },
        Later { message: "as strong".into(), ..later(anomaly, Severity::Low, 0.875) },
    ];
    assert_eq!(extend(&scene, &findings).await, [anomaly]);
    let read = &anomalies::market(scene.store(), &[id(1)]).await.unwrap()[0];
    assert_eq!((read.findings, read.last_at, read.severity), (7, minute(9), Severity::High));
    assert_eq!((read.score, read.message.as_str()), (0.875, "strongest"));
    assert_eq!(scene.blocks(BlockType::AnomalyUpdated).await.len(), 1);
}

#[tokio::test]
async fn what_is_not_on_record_takes_nothing_in() {
    let scene = Scene::new("extending_unknown").await;
    scene.create_market(&[market(1)]).await;
    assert_eq!(extend(&scene, &[]).await, []);
    let findings = [AnomalyRef::Market(id(9)), AnomalyRef::Behavior(id(1))];
    assert_eq!(extend(&scene, &findings.map(|anomaly| later(anomaly, Severity::High, 1.0))).await, []);
    assert_eq!(anomalies::market(scene.store(), &[id(1)]).await.unwrap(), [market(1)]);
}

#[tokio::test]
async fn hosts_that_extend_the_same_at_the_same_time_lose_nothing() {
    const COUNT: i64 = 20;
    let scene = Scene::new("extending_at_once").await;
    let anomalies: Vec<_> = (1..=COUNT).map(market).collect();
    scene.create_market(&anomalies).await;
    let extended = |numbers: Vec<i64>| {
        let findings: Vec<_> = numbers
            .into_iter()
            .map(|number| later(AnomalyRef::Market(id(number as u128)), Severity::Low, 0.8))
            .collect();
        let scene = &scene;
        async move { extend(scene, &findings).await.len() as i64 }
    };
    let (one, other) = tokio::join!(extended((1..=COUNT).collect()), extended((1..=COUNT).rev().collect()));
    assert_eq!((one, other), (COUNT, COUNT));
    let ids: Vec<_> = anomalies.iter().map(|anomaly| anomaly.id).collect();
    let read = anomalies::market(scene.store(), &ids).await.unwrap();
    assert!(read.iter().all(|anomaly| anomaly.findings == 5));
    assert_eq!(scene.blocks(BlockType::AnomalyUpdated).await.len() as i64, COUNT);
}

use host::{
    domain::vocabulary::DecisionType,
    store::{
        anomalies::{AnomalyRef, MarketAnomaly},
        decisions::{self, DetectorRecord, Override},
        page::Period,
    },
};

use crate::scene::{Scene, behavior, decision, id, market, minute};

const ALWAYS: Period = Period { from: None, until: None };

async fn record(scene: &Scene, detectors: &[&str], opened: Period, last: i64) -> Vec<DetectorRecord> {
    let detectors: Vec<_> = detectors.iter().map(|&detector| detector.to_owned()).collect();
    decisions::detector_record(scene.store(), &detectors, opened, last).await.unwrap()
}

#[tokio::test]
async fn a_detectors_record_is_what_persons_said_of_its_last_anomalies() {
    let scene = Scene::new("detectors").await;
    scene.decide(&(1..=6).map(|number| decision(number, DecisionType::Fix)).collect::<Vec<_>>()).await;
    scene.create_behavior(&[behavior(20)]).await;
    scene.create_market(&[MarketAnomaly { detector: "unjudged".into(), ..market(30) }]).await;
    for (number, is_real) in [(1, true), (2, false), (3, true), (4, true)] {
        scene.mark(AnomalyRef::Market(id(number)), is_real, "mira").await;
    }
    scene.mark(AnomalyRef::Behavior(id(20)), true, "mira").await;
    // 4 is marked, and the mark counts; 5 is only dismissed; 6 is replaced, but not by KEEP.
    for (number, decision) in [(4, DecisionType::Keep), (5, DecisionType::Keep), (6, DecisionType::Review)] {
        let new = Override { revision: 0, decision, reason: "expiry day".into(), by: "mira".into() };
        scene.change(async |change| decisions::overrule(change, id(number), &new).await).await.unwrap();
    }
    let of = |detector: &str, real, not_real, dismissed| DetectorRecord {
        detector: detector.into(),
        real,
        not_real,
        dismissed,
    };
    let all = record(&scene, &["price-movement", "overtrading", "unjudged", "unknown"], ALWAYS, 100).await;
    assert_eq!(all, [of("overtrading", 1, 0, 0), of("price-movement", 3, 1, 1)]);
    assert_eq!(all[1].precision(), 0.6);
    let last = record(&scene, &["price-movement"], ALWAYS, 2).await;
    assert_eq!(last, [of("price-movement", 1, 0, 1)]);
    let early = Period { from: None, until: Some(minute(3)) };
    assert_eq!(record(&scene, &["price-movement"], early, 100).await, [of("price-movement", 1, 1, 0)]);
    assert_eq!(record(&scene, &[], ALWAYS, 100).await, []);
    assert_eq!(record(&scene, &["price-movement"], ALWAYS, 0).await, []);
}

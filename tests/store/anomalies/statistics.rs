use host::{
    domain::{
        family::Family,
        finding::Severity,
        time::{DAY, Timestamp},
        vocabulary::AnomalyType,
    },
    store::{
        anomalies::{
            self, AnomalyCount, AnomalyRef, BehaviorAnomaly, Conflict, MarketAnomaly, SeverityCounts,
            UserBehaviorStatistics, UserConflictStatistics,
        },
        page::Period,
    },
};

use crate::scene::{Scene, behavior, conflict, id, market, minute};

const ALWAYS: Period = Period { from: None, until: None };

#[tokio::test]
async fn anomalies_are_counted_by_family_type_and_severity() {
    let scene = Scene::new("statistics").await;
    assert_eq!(anomalies::statistics(scene.store(), ALWAYS, None).await.unwrap(), []);
    assert_eq!(anomalies::statistics(scene.store(), ALWAYS, Some("UTC")).await.unwrap(), []);
    scene
        .create_market(&[market(1), market(2), MarketAnomaly { severity: Severity::Critical, ..market(3) }])
        .await;
    scene.create_conflicts(&[conflict(4)]).await;
    scene.create_behavior(&[behavior(5)]).await;
    let count = |family, anomaly_type, severity, count| AnomalyCount {
        day: None,
        family,
        anomaly_type,
        severity,
        count,
    };
    assert_eq!(
        anomalies::statistics(scene.store(), ALWAYS, None).await.unwrap(),
        [
            count(Family::Market, AnomalyType::PriceSpike, Severity::Medium, 2),
            count(Family::Market, AnomalyType::PriceSpike, Severity::Critical, 1),
            count(Family::Conflict, AnomalyType::AlgorithmConflict, Severity::High, 1),
            count(Family::Behavior, AnomalyType::Overtrading, Severity::Low, 1),
        ]
    );
    let some = Period { from: Some(minute(2)), until: Some(minute(4)) };
    assert_eq!(
        anomalies::statistics(scene.store(), some, None).await.unwrap(),
        [
            count(Family::Market, AnomalyType::PriceSpike, Severity::Medium, 1),
            count(Family::Market, AnomalyType::PriceSpike, Severity::Critical, 1),
        ]
    );
}

/// Days since 1970-01-01 and how many anomalies each has.
async fn days(scene: &Scene, time_zone: &str) -> Vec<(i32, i64)> {
    let counts = anomalies::statistics(scene.store(), ALWAYS, Some(time_zone)).await.unwrap();
    counts.iter().map(|count| (count.day.unwrap(), count.count)).collect()
}

#[tokio::test]
async fn a_day_is_as_long_as_the_clocks_of_its_time_zone_make_it() {
    let scene = Scene::new("statistics_days").await;
    // In Berlin, 2026-03-29 has 23 hours, from 23:00 UTC to 22:00 UTC, and 2026-10-25 has 25, from 22:00 to 23:00.
    let (march, october) = (20_541 * DAY, 20_751 * DAY);
    let hour = DAY / 24;
    let at = [march - hour - 1, march - hour, march + 22 * hour - 1, march + 22 * hour].into_iter().chain([
        october - 2 * hour - 1,
        october - 2 * hour,
        october + 23 * hour - 1,
        october + 23 * hour,
    ]);
    let anomalies: Vec<_> = at
        .zip(1..)
        .map(|(at, number)| MarketAnomaly {
            opened_at: Timestamp(at),
            last_at: Timestamp(at),
            ..market(number)
        })
        .collect();
    scene.create_market(&anomalies).await;
    assert_eq!(
        days(&scene, "Europe/Berlin").await,
        [(20_540, 1), (20_541, 2), (20_542, 1), (20_750, 1), (20_751, 2), (20_752, 1)]
    );
    assert_eq!(days(&scene, "UTC").await, [(20_540, 2), (20_541, 2), (20_750, 2), (20_751, 2)]);
}

#[tokio::test]
async fn a_time_zone_that_nobody_knows_is_named() {
    let scene = Scene::new("statistics_zone").await;
    scene.create_market(&[market(1)]).await;
    let refused = anomalies::statistics(scene.store(), ALWAYS, Some("Mars/Olympus")).await.unwrap_err();
    assert!(refused.to_string().contains("Mars/Olympus"), "{refused}");
}

#[tokio::test]
async fn conflicts_of_a_user_are_summed_up() {
    let scene = Scene::new("statistics_conflicts").await;
    let mut conflicts: Vec<_> =
        (1..=8).map(|number| Conflict { symbol: format!("S{}", number % 6), ..conflict(number) }).collect();
    (conflicts[0].disagreement, conflicts[0].consensus) = (80.0, 20.0);
    conflicts[1].severity = Severity::Critical;
    scene.create_conflicts(&conflicts).await;
    scene.create_conflicts(&[Conflict { user_id: Some("bela".into()), ..conflict(9) }]).await;
    let statistics = |user, opened| anomalies::user_conflict_statistics(scene.store(), user, opened);
    let symbols = [("S1", 2), ("S2", 2), ("S0", 1), ("S3", 1), ("S4", 1)];
    assert_eq!(
        statistics("asha", ALWAYS).await.unwrap(),
        Some(UserConflictStatistics {
            severities: SeverityCounts { high: 7, critical: 1, ..SeverityCounts::default() },
            disagreement: 45.0,
            consensus: 55.0,
            symbols: symbols.map(|(symbol, count)| (symbol.to_owned(), count)).into(),
            last_at: minute(8),
        })
    );
    let first = Period { from: None, until: Some(minute(2)) };
    assert_eq!(statistics("asha", first).await.unwrap().unwrap().disagreement, 80.0);
    assert_eq!(statistics("bela", first).await.unwrap(), None);
    assert_eq!(statistics("nobody", ALWAYS).await.unwrap(), None);
}

#[tokio::test]
async fn anomalies_of_a_trader_are_summed_up() {
    let scene = Scene::new("statistics_behavior").await;
    let revenge = AnomalyType::RevengeTrading;
    scene
        .create_behavior(&[
            behavior(1),
            BehaviorAnomaly { anomaly_type: revenge, severity: Severity::High, score: 0.75, ..behavior(2) },
            behavior(3),
            BehaviorAnomaly { score: 0.75, ..behavior(4) },
            BehaviorAnomaly { user_id: "bela".into(), ..behavior(5) },
        ])
        .await;
    for (number, is_real) in [(1, true), (2, true), (3, true), (4, false)] {
        scene.mark(AnomalyRef::Behavior(id(number)), is_real, "mira").await;
    }
    let statistics = |user| anomalies::user_behavior_statistics(scene.store(), user, ALWAYS);
    assert_eq!(
        statistics("asha").await.unwrap(),
        Some(UserBehaviorStatistics {
            severities: SeverityCounts { low: 3, high: 1, ..SeverityCounts::default() },
            types: vec![(revenge, 1), (AnomalyType::Overtrading, 3)],
            mean_score: 0.5,
            max_score: 0.75,
            share_real: Some(0.75),
            last_at: minute(4),
        })
    );
    assert_eq!(statistics("bela").await.unwrap().unwrap().share_real, None);
    assert_eq!(statistics("nobody").await.unwrap(), None);
}

use host::{
    domain::{finding::Severity, vocabulary::AnomalyType},
    store::{
        anomalies::{
            self, AnomalyRef, BehaviorAnomaly, BehaviorFilter, Conflict, ConflictFilter, MarketAnomaly,
            MarketFilter,
        },
        page::{Cursor, Period, Window},
    },
};
use uuid::Uuid;

use crate::scene::{NONE, Scene, behavior, conflict, id, market, minute, pages};

#[tokio::test]
async fn unknown_ids_and_no_ids_give_nothing() {
    let scene = Scene::new("finding_ids").await;
    scene.create_market(&[market(1)]).await;
    assert_eq!(anomalies::market(scene.store(), &[]).await.unwrap(), []);
    assert_eq!(anomalies::market(scene.store(), &[id(2), id(1), id(1)]).await.unwrap(), [market(1)]);
    assert_eq!(anomalies::conflict(scene.store(), &[id(1)]).await.unwrap(), []);
    assert_eq!(anomalies::behavior(scene.store(), &[id(1)]).await.unwrap(), []);
}

#[tokio::test]
async fn pages_neither_repeat_nor_miss_anomalies_of_one_moment() {
    let scene = Scene::new("finding_pages").await;
    let mut anomalies: Vec<_> = (1..=6)
        .map(|number| MarketAnomaly {
            id: id(number),
            symbol: format!("S{number}"),
            ..market(i64::from(number >= 5))
        })
        .collect();
    scene.create_market(&anomalies).await;
    anomalies.reverse();
    let find =
        async |window: Window| anomalies::find_market(scene.store(), &MarketFilter::default(), window).await;
    for (limit, count) in [(1, 6), (2, 3), (3, 2), (4, 2), (6, 1), (7, 1)] {
        let pages = pages(limit, find).await;
        assert_eq!(pages.len(), count, "pages of {limit}");
        assert!(pages.iter().rev().skip(1).all(|page| page.items.len() as i64 == limit));
        let items: Vec<_> = pages.into_iter().flat_map(|page| page.items).collect();
        assert_eq!(items, anomalies, "pages of {limit}");
    }
    let first = find(Window::first(3)).await.unwrap();
    assert_eq!(first.next, Some(Cursor { at: minute(0), id: id(4) }));
}

#[tokio::test]
async fn anomalies_that_arrive_meanwhile_shift_no_page() {
    let scene = Scene::new("finding_shift").await;
    scene.create_conflicts(&[conflict(1), conflict(2), conflict(3)]).await;
    let find = async |window| {
        anomalies::find_conflicts(scene.store(), &ConflictFilter::default(), window).await.unwrap()
    };
    let first = find(Window::first(2)).await;
    scene.create_conflicts(&[conflict(4)]).await;
    let second = find(Window::first(2).after(first.next.unwrap())).await;
    assert_eq!((second.items, second.next), (vec![conflict(1)], None));
}

#[tokio::test]
async fn an_empty_store_has_one_empty_page() {
    let scene = Scene::new("finding_empty").await;
    let found = anomalies::find_behavior(scene.store(), &BehaviorFilter::default(), Window::first(0)).await;
    let found = found.unwrap();
    assert_eq!((found.items, found.next), (vec![], None));
}

#[tokio::test]
async fn market_anomalies_are_found_by_every_filter() {
    let scene = Scene::new("finding_market").await;
    let drop = MarketAnomaly { anomaly_type: AnomalyType::PriceDrop, ..market(3) };
    scene
        .create_market(&[
            market(1),
            MarketAnomaly { symbol: "BANKNIFTY".into(), severity: Severity::Critical, ..market(2) },
            drop,
            market(4),
        ])
        .await;
    scene.mark(AnomalyRef::Market(id(4)), false, "mira").await;
    let find = async |filter: MarketFilter| -> Vec<Uuid> {
        let found = anomalies::find_market(scene.store(), &filter, Window::first(9)).await.unwrap();
        found.items.iter().map(|anomaly| anomaly.id).collect()
    };
    let all = MarketFilter::default;
    assert_eq!(find(MarketFilter { symbol: Some("NIFTY".into()), ..all() }).await, [id(4), id(3), id(1)]);
    assert_eq!(find(MarketFilter { anomaly_type: Some(AnomalyType::PriceDrop), ..all() }).await, [id(3)]);
    assert_eq!(find(MarketFilter { severity: Some(Severity::Critical), ..all() }).await, [id(2)]);
    assert_eq!(find(MarketFilter { is_real: Some(false), ..all() }).await, [id(4)]);
    assert_eq!(find(MarketFilter { is_real: Some(true), ..all() }).await, NONE);
    assert_eq!(find(MarketFilter { symbol: Some("nifty".into()), ..all() }).await, NONE);
    let opened = Period { from: Some(minute(2)), until: Some(minute(4)) };
    assert_eq!(find(MarketFilter { opened, ..all() }).await, [id(3), id(2)]);
    let both =
        MarketFilter { symbol: Some("NIFTY".into()), severity: Some(Severity::Medium), opened, ..all() };
    assert_eq!(find(both).await, [id(3)]);
}

#[tokio::test]
async fn conflicts_are_found_by_every_filter() {
    let scene = Scene::new("finding_conflicts").await;
    scene
        .create_conflicts(&[
            conflict(1),
            Conflict { symbol: "BANKNIFTY".into(), severity: Severity::Low, ..conflict(2) },
            Conflict { user_id: None, ..conflict(3) },
        ])
        .await;
    scene.mark(AnomalyRef::Conflict(id(3)), true, "mira").await;
    let find = async |filter: ConflictFilter| -> Vec<Uuid> {
        let found = anomalies::find_conflicts(scene.store(), &filter, Window::first(9)).await.unwrap();
        found.items.iter().map(|anomaly| anomaly.id).collect()
    };
    let all = ConflictFilter::default;
    assert_eq!(find(ConflictFilter { symbol: Some("NIFTY".into()), ..all() }).await, [id(3), id(1)]);
    assert_eq!(find(ConflictFilter { user_id: Some("asha".into()), ..all() }).await, [id(2), id(1)]);
    assert_eq!(find(ConflictFilter { severity: Some(Severity::Low), ..all() }).await, [id(2)]);
    assert_eq!(find(ConflictFilter { is_real: Some(true), ..all() }).await, [id(3)]);
    let opened = Period { from: None, until: Some(minute(2)) };
    assert_eq!(find(ConflictFilter { opened, ..all() }).await, [id(1)]);
}

#[tokio::test]
async fn anomalies_of_traders_are_found_by_every_filter() {
    let scene = Scene::new("finding_behavior").await;
    scene
        .create_behavior(&[
            behavior(1),
            BehaviorAnomaly { user_id: "bela".into(), severity: Severity::High, ..behavior(2) },
            BehaviorAnomaly { anomaly_type: AnomalyType::RevengeTrading, ..behavior(3) },
        ])
        .await;
    scene.mark(AnomalyRef::Behavior(id(3)), true, "mira").await;
    let find = async |filter: BehaviorFilter| -> Vec<Uuid> {
        let found = anomalies::find_behavior(scene.store(), &filter, Window::first(9)).await.unwrap();
        found.items.iter().map(|anomaly| anomaly.id).collect()
    };
    let all = BehaviorFilter::default;
    assert_eq!(find(BehaviorFilter { user_id: Some("bela".into()), ..all() }).await, [id(2)]);
    let revenge = BehaviorFilter { anomaly_type: Some(AnomalyType::RevengeTrading), ..all() };
    assert_eq!(find(revenge).await, [id(3)]);
    assert_eq!(find(BehaviorFilter { severity: Some(Severity::Low), ..all() }).await, [id(3), id(1)]);
    assert_eq!(find(BehaviorFilter { is_real: Some(true), ..all() }).await, [id(3)]);
    let opened = Period { from: Some(minute(2)), until: None };
    assert_eq!(find(BehaviorFilter { opened, ..all() }).await, [id(3), id(2)]);
}

use std::{sync::Arc, time::Duration};

use host::{
    decide::{desk::Delivery, intake::Intake},
    domain::finding::Severity::{High, Low},
    store::rows::{Bar, Rows},
    vital::Vital,
};
use tokio::time::timeout;
use uuid::Uuid;

use crate::room::{Room, minute, opened, spike};

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_at_once_is_answered_one_by_one() {
    let room = Room::new("intake").await;
    let intake =
        Intake::start(Arc::clone(&room.desk), &room.journal, || minute(0), &Vital::default()).unwrap();
    let submit = |number: u128| {
        let (lane, severity) = (intake.lane(), if number.is_multiple_of(2) { High } else { Low });
        tokio::spawn(async move {
            lane.submit(Delivery::default(), opened([spike(number, number as i64, severity)])).await
        })
    };
    let waiting: Vec<_> = (1..=40).map(submit).collect();
    for (number, taken) in (1_u128..).zip(waiting) {
        let taken = taken.await.unwrap().unwrap();
        assert_eq!(taken.recorded.anomalies, [Uuid::from_u128(number)]);
        assert_eq!(taken.recorded.decisions.len(), 1);
        assert_eq!(taken.recorded.actions.len(), usize::from(number % 2 == 0));
        assert!(!taken.blocks.is_empty());
    }
    let detected = room.block_types(0).await.iter().filter(|it| *it == "ANOMALY_DETECTED").count();
    assert_eq!(detected, 40);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_cannot_be_recorded_takes_nobody_with_it() {
    let room = Room::new("alone").await;
    let intake =
        Intake::start(Arc::clone(&room.desk), &room.journal, || minute(0), &Vital::default()).unwrap();
    let broken = {
        let mut broken = spike(99, 3, Low);
        if let host::store::anomalies::AnyAnomaly::Market(record) = &mut broken {
            record.symbol = String::new();
        }
        broken
    };
    let submit = |anomaly| {
        let lane = intake.lane();
        tokio::spawn(async move { lane.submit(Delivery::default(), opened([anomaly])).await })
    };
    let waiting = [submit(spike(1, 1, Low)), submit(broken), submit(spike(2, 2, Low))];
    let mut fine = Vec::new();
    for taken in waiting {
        fine.push(taken.await.unwrap().is_ok());
    }
    assert_eq!(fine, [true, false, true]);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_takes_long_to_look_at_its_rows_keeps_nobody_waiting() {
    let room = Room::new("patience").await;
    let intake =
        Intake::start(Arc::clone(&room.desk), &room.journal, || minute(0), &Vital::default()).unwrap();
    let bar = Bar {
        symbol: "NIFTY".into(),
        at: minute(0),
        open: None,
        high: None,
        low: None,
        close: 100.into(),
        volume: None,
        bid: None,
        ask: None,
        open_interest: None,
        implied_volatility: None,
    };
    let delivery = Delivery { rows: Rows { bars: vec![bar], ..Rows::default() }, ..Delivery::default() };
    let (slow, given_up) = (intake.lane(), intake.lane());
    let slow = slow.begin(delivery.clone()).unwrap();
    let given_up = given_up.begin(delivery).unwrap();
    let lane = intake.lane();
    let other = lane.submit(Delivery::default(), opened([spike(1, 1, Low)]));
    let other = timeout(Duration::from_mins(1), other).await.unwrap().unwrap();
    assert_eq!(other.recorded.anomalies, [Uuid::from_u128(1)]);
    let bars = async || {
        let count = sqlx::query_scalar::<_, i64>("SELECT count(*) FROM bars");
        count.fetch_one(room.store().pool()).await.unwrap()
    };
    assert_eq!(bars().await, 0);

    drop(given_up);
    let taken = slow.finish(opened([spike(2, 2, Low)])).await.unwrap();
    assert_eq!(taken.recorded.anomalies, [Uuid::from_u128(2)]);
    assert_eq!(bars().await, 1);
}

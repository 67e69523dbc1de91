use std::sync::Arc;

use host::{
    decide::{desk::Delivery, intake::Intake},
    domain::finding::Severity::{High, Low},
};

use crate::room::{Room, minute, opened, spike};

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_at_once_is_answered_one_by_one() {
    let room = Room::new("intake").await;
    let intake = Intake::start(Arc::clone(&room.desk), room.journal.clone(), || minute(0));
    let submit = |number: u128| {
        let (lane, severity) = (intake.lane(), if number.is_multiple_of(2) { High } else { Low });
        tokio::spawn(async move {
            lane.submit(Delivery::default(), opened([spike(number, number as i64, severity)])).await
        })
    };
    let waiting: Vec<_> = (1..=40).map(submit).collect();
    for (number, taken) in (1_u128..).zip(waiting) {
        let taken = taken.await.unwrap().unwrap();
        assert_eq!(taken.recorded.anomalies, [uuid::Uuid::from_u128(number)]);
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
    let intake = Intake::start(Arc::clone(&room.desk), room.journal.clone(), || minute(0));
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

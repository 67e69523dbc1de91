use host::{
    decide::desk::Arrivals,
    domain::{
        finding::Severity::{Critical, High, Low},
        vocabulary::{DecidedBy, DecisionStatus, DecisionType},
    },
    store::decisions::{self, Override},
};

use crate::room::{Room, later, minute, spike};

#[tokio::test]
async fn later_findings_join_and_only_a_higher_severity_decides_anew() {
    let room = Room::new("reopening").await;
    let anomaly = spike(1, 0, Low);
    let first = room.opened(anomaly.clone()).await;
    assert_eq!((first.answer.decision, first.revision), (DecisionType::Keep, 0));

    let same = room.take(minute(1), later(&anomaly, Low)).await.unwrap();
    assert_eq!(same.decisions, []);

    let worse = room.take(minute(2), later(&anomaly, High)).await.unwrap();
    assert_eq!(worse.decisions.len(), 1);
    assert_eq!(worse.actions.len(), 1);
    let now = room.decision(anomaly.reference()).await;
    assert_eq!((now.id, now.answer.decision, now.revision), (first.id, DecisionType::Fix, 1));
    let before = decisions::revisions(room.store(), first.id).await.unwrap();
    assert_eq!(before.iter().map(|it| it.decision).collect::<Vec<_>>(), [DecisionType::Keep]);
    assert_eq!(room.block_types(0).await.iter().filter(|it| *it == "DECISION_REVISED").count(), 1);
}

#[tokio::test]
async fn nothing_but_a_person_takes_the_place_of_a_persons_decision() {
    let room = Room::new("person").await;
    let anomaly = spike(1, 0, High);
    let decision = room.opened(anomaly.clone()).await;
    let mut change = room.journal.begin(minute(1)).await.unwrap();
    let keep = Override {
        revision: 0,
        decision: DecisionType::Keep,
        reason: "expected news".into(),
        by: "operator".into(),
    };
    decisions::overrule(&mut change, decision.id, &keep).await.unwrap();
    change.commit().await.unwrap();

    let recorded = room.take(minute(2), later(&anomaly, Critical)).await.unwrap();
    assert_eq!(recorded.actions, []);
    let now = room.decision(anomaly.reference()).await;
    assert_eq!((now.answer.decision, now.answer.decided_by), (DecisionType::Review, DecidedBy::Policy));
    assert_eq!((now.status, now.revision), (DecisionStatus::Decided, 2));
    assert!(
        now.answer.reason.starts_with("more severe since a person decided; FIX was found"),
        "{}",
        now.answer.reason
    );
}

#[tokio::test]
async fn what_opens_and_rises_at_once_is_decided_about_once() {
    let room = Room::new("at_once").await;
    let anomaly = spike(1, 0, Low);
    let arrivals = Arrivals { opened: vec![anomaly.clone()], ..later(&anomaly, High) };
    let recorded = room.take(minute(1), arrivals).await.unwrap();
    assert_eq!((recorded.decisions.len(), recorded.actions.len()), (1, 1));
    let decision = room.decision(anomaly.reference()).await;
    assert_eq!((decision.answer.decision, decision.revision), (DecisionType::Fix, 0));
}

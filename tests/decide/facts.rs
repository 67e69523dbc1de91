use host::{
    decide::{
        facts::{AT_ONCE, CONFLICT_OPEN, MOST_RECENT},
        memory::Memory,
    },
    domain::{
        family::Family,
        finding::{
            Finding,
            Severity::{self, Critical, High, Low, Medium},
        },
        random::Random,
    },
    store::{
        anomalies::{self, AnyAnomaly},
        surroundings::{self, Reach, Viewpoint},
    },
};

use crate::room::{Room, conflict, minute, spike, surge};

#[tokio::test]
async fn a_policy_sees_what_happened_before_and_what_is_in_force() {
    let room = Room::new("context").await;
    room.opened(spike(1, 0, High)).await;
    room.opened(surge(2, 50, Low)).await;
    let seen = room.opened(spike(3, 53, Low)).await;
    // The halt of minute 0 ended in minute 30.
    assert_eq!(seen.answer.reason, "hour 2 day 2 same 1/1 now 1 controls 0 judged 0");
    room.opened(surge(4, 60, High)).await;
    let seen = room.opened(spike(5, 70, Low)).await;
    assert_eq!(seen.answer.reason, "hour 3 day 4 same 1/2 now 0 controls 1 judged 0");
}

#[tokio::test]
async fn what_persons_say_becomes_the_detectors_record() {
    let room = Room::new("record").await;
    let first = spike(1, 0, Low);
    room.opened(first.clone()).await;
    let mut change = room.journal.begin(minute(1)).await.unwrap();
    anomalies::mark(&mut change, first.reference(), true, "operator").await.unwrap();
    change.commit().await.unwrap();
    let seen = room.opened(surge(2, 600, Low)).await;
    assert!(seen.answer.reason.ends_with("judged 1"), "{}", seen.answer.reason);
}

/// A backtest remembers what live use asks the store for: the two must never tell policies different things.
#[tokio::test]
async fn memory_and_store_count_alike() {
    let room = Room::new("alike").await;
    let (mut memory, mut random) = (Memory::default(), Random::new(1, "alike"));
    let (mut seen, mut remembered) = (Vec::new(), Vec::new());
    for number in 0..120 {
        let at = 13 * number;
        let severity = [Low, Medium, High, Critical][random.below(4)];
        let make = [spike, surge, conflict][random.below(3)];
        let anomaly = make(number as u128 + 1, at, severity);
        memory.open(number as usize, &finding(&anomaly, severity), anomaly.subject());
        remembered.push(memory.recent(number as usize, &anomaly, anomaly.opened_at().0));
        seen.push(anomaly);
    }
    let mut change = room.journal.begin(minute(0)).await.unwrap();
    anomalies::create(&mut change, &seen).await.unwrap();
    let views: Vec<_> = seen.iter().map(view).collect();
    let reach = Reach { at_once: AT_ONCE, most: MOST_RECENT as i64, conflict_open: CONFLICT_OPEN };
    let stored = surroundings::around(&mut change, &views, reach).await.unwrap();
    for (anomaly, remembered) in seen.iter().zip(&remembered) {
        assert_eq!(*remembered, stored[&anomaly.reference().id()].recent, "{anomaly:?}");
    }
    assert!(stored.values().any(|it| it.recent.other_kinds_now > 0 || it.recent.same_kind_hour > 0));
}

fn view(anomaly: &AnyAnomaly) -> Viewpoint {
    Viewpoint {
        anomaly: anomaly.reference().id(),
        subject: anomaly.subject().into(),
        is_trader: false,
        kind: anomaly.kind().into(),
        now: anomaly.last_at(),
    }
}

fn finding(anomaly: &AnyAnomaly, severity: Severity) -> Finding {
    Finding {
        at: anomaly.opened_at().0,
        family: if anomaly.family() == Family::Conflict { Family::Conflict } else { Family::Market },
        subject: 0,
        detector: anomaly.detector().into(),
        kind: anomaly.kind().into(),
        severity,
        score: 0.7,
        observed: 45.0,
        expected: f64::NAN,
        message: String::new(),
        evidence: Vec::new(),
        dispute: None,
    }
}

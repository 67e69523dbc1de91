use host::{
    domain::vocabulary::{BlockType, DecisionStatus, DecisionType},
    store::{
        anomalies::AnomalyRef,
        change::About,
        decisions::{self, Decision, NewDecision},
    },
};

use crate::scene::{NONE, Scene, behavior, conflict, decision, id, market, minute, pending};

fn stored(new: NewDecision, anomaly: AnomalyRef) -> Decision {
    Decision {
        id: new.id,
        anomaly,
        status: new.status,
        revision: 0,
        answer: new.answer,
        reviewed_by: None,
        reviewed_at: None,
    }
}

#[tokio::test]
async fn what_is_decided_is_read_again_and_is_in_a_block() {
    let scene = Scene::new("decisions").await;
    scene.create_market(&[market(1)]).await;
    scene.create_conflicts(&[conflict(2)]).await;
    scene.create_behavior(&[behavior(3)]).await;
    let (keep, fix) = (decision(1, DecisionType::Keep), decision(3, DecisionType::Fix));
    let created = scene
        .change(async |change| {
            let mut created = decisions::create_for_market(change, std::slice::from_ref(&keep)).await?;
            created.extend(decisions::create_for_conflicts(change, &[pending(2)]).await?);
            created.extend(decisions::create_for_behavior(change, std::slice::from_ref(&fix)).await?);
            Ok(created)
        })
        .await;
    assert_eq!(created.unwrap(), [id(1), id(2), id(3)]);
    let expected = [
        stored(keep, AnomalyRef::Market(id(1))),
        stored(pending(2), AnomalyRef::Conflict(id(2))),
        stored(fix, AnomalyRef::Behavior(id(3))),
    ];
    for decision in &expected {
        assert_eq!(decisions::get(scene.store(), decision.id).await.unwrap().as_ref(), Some(decision));
    }
    let anomalies = expected.each_ref().map(|decision| decision.anomaly);
    let mut read = decisions::for_anomalies(scene.store(), &anomalies).await.unwrap();
    read.sort_by_key(|decision| decision.id);
    assert_eq!(read, expected);
    let blocks = scene.blocks(BlockType::DecisionMade).await;
    assert_eq!(blocks[1].about, About { decision: Some(id(2)), ..About::conflict(id(2)) });
    let payload = &scene.payloads(BlockType::DecisionMade).await[2]["decision"];
    assert_eq!(*payload, serde_json::to_value(&expected[2]).unwrap());
    assert_eq!(payload["behavior_id"], id(3).to_string());
    assert_eq!((&payload["latency"], &payload["cost"]), (&"1500000".into(), &"0.0042".into()));
}

#[tokio::test]
async fn unknown_ids_and_no_ids_give_nothing() {
    let scene = Scene::new("decisions_unknown").await;
    scene.decide(&[decision(1, DecisionType::Keep)]).await;
    assert_eq!(decisions::get(scene.store(), id(2)).await.unwrap(), None);
    assert_eq!(decisions::for_anomalies(scene.store(), &[]).await.unwrap(), []);
    let others = [AnomalyRef::Market(id(2)), AnomalyRef::Conflict(id(1))];
    assert_eq!(decisions::for_anomalies(scene.store(), &others).await.unwrap(), []);
    let created = scene.change(async |change| decisions::create_for_behavior(change, &[]).await).await;
    assert_eq!(created.unwrap(), NONE);
}

#[tokio::test]
async fn an_anomaly_has_one_decision_and_keeps_it() {
    let scene = Scene::new("decisions_twice").await;
    scene.decide(&[decision(1, DecisionType::Keep)]).await;
    let again = NewDecision { id: id(7), ..decision(1, DecisionType::Fix) };
    let created = scene.change(async |change| decisions::create_for_market(change, &[again]).await).await;
    assert_eq!(created.unwrap(), NONE);
    let kept = decisions::get(scene.store(), id(1)).await.unwrap().unwrap();
    assert_eq!(kept.answer.decision, DecisionType::Keep);
    assert_eq!(scene.blocks(BlockType::DecisionMade).await.len(), 1);
}

#[tokio::test]
async fn hosts_that_decide_about_the_same_at_the_same_time_decide_once() {
    const COUNT: i64 = 30;
    let scene = Scene::new("decisions_together").await;
    scene.create_market(&(1..=COUNT).map(market).collect::<Vec<_>>()).await;
    let mine: Vec<_> = (1..=COUNT).map(|number| decision(number, DecisionType::Keep)).collect();
    let theirs: Vec<_> = mine
        .iter()
        .rev()
        .map(|new| NewDecision { id: id(1_000 + new.id.as_u128()), ..new.clone() })
        .collect();
    let decide = async |new: &[NewDecision]| {
        let mut change = scene.journal.begin(minute(0)).await.unwrap();
        let created = decisions::create_for_market(&mut change, new).await.unwrap();
        change.commit().await.unwrap();
        created.len() as i64
    };
    let (one, other) = tokio::join!(decide(&mine), decide(&theirs));
    assert_eq!((one + other, scene.count("anomaly_decisions").await), (COUNT, COUNT));
    assert_eq!(scene.blocks(BlockType::DecisionMade).await.len() as i64, COUNT);
}

#[tokio::test]
async fn what_cannot_be_is_refused() {
    let scene = Scene::new("decisions_refused").await;
    scene.create_market(&[market(1)]).await;
    let mut unsure = decision(1, DecisionType::Fix);
    unsure.answer.confidence = Some(f64::NAN);
    let asked = NewDecision { status: DecisionStatus::Pending, ..decision(1, DecisionType::Fix) };
    for (new, reason) in [
        (unsure, "anomaly_decisions_confidence_check"),
        (asked, "anomaly_decisions_check"),
        (decision(2, DecisionType::Fix), "anomaly_decisions_market_anomaly_id_fkey"),
    ] {
        let refused = scene.change(async |change| decisions::create_for_market(change, &[new]).await).await;
        assert!(refused.unwrap_err().to_string().contains(reason), "{reason}");
    }
    assert_eq!(scene.count("anomaly_decisions").await, 0);
}

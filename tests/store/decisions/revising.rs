use host::{
    domain::vocabulary::{BlockType, DecidedBy, DecisionStatus, DecisionType},
    store::{
        change::About,
        decisions::{self, Answer, Decision, Override, Revision},
        error::{Result, StoreError},
    },
};
use serde_json::json;
use uuid::Uuid;

use crate::scene::{Scene, decision, id, minute, pending};

async fn settle(scene: &Scene, decision: Uuid, answer: Answer) -> Result<Option<Decision>> {
    scene.change(async |change| decisions::settle(change, decision, answer).await).await
}

async fn overrule(scene: &Scene, decision: Uuid, new: &Override) -> Result<Option<Decision>> {
    scene.change(async |change| decisions::overrule(change, decision, new).await).await
}

fn mira(revision: i32, decision: DecisionType) -> Override {
    Override { revision, decision, reason: "expiry day".into(), by: "mira".into() }
}

fn answer() -> Answer {
    Answer { decided_at: minute(9), confidence: Some(0.875), ..decision(1, DecisionType::Fix).answer }
}

#[tokio::test]
async fn a_pending_decision_is_settled_and_what_it_was_is_kept() {
    let scene = Scene::new("decisions_settle").await;
    scene.decide(&[pending(1)]).await;
    let settled = settle(&scene, id(1), answer()).await.unwrap().unwrap();
    assert_eq!((settled.status, settled.revision), (DecisionStatus::Decided, 1));
    assert_eq!(settled.answer, answer());
    assert_eq!(decisions::get(scene.store(), id(1)).await.unwrap(), Some(settled.clone()));
    let was = Revision {
        revision: 0,
        decision: DecisionType::Review,
        status: DecisionStatus::Pending,
        decided_by: DecidedBy::Model,
        confidence: Some(0.5),
        reason: pending(1).answer.reason,
        actor: None,
        decided_at: minute(1),
    };
    assert_eq!(decisions::revisions(scene.store(), id(1)).await.unwrap(), [was]);
    let blocks = scene.blocks(BlockType::DecisionRevised).await;
    assert_eq!(blocks[0].about, About { decision: Some(id(1)), ..About::market(id(1)) });
    assert_eq!(scene.payloads(BlockType::DecisionRevised).await, [json!({ "decision": settled })]);
}

#[tokio::test]
async fn what_is_settled_cannot_be_settled_again() {
    let scene = Scene::new("decisions_settle_twice").await;
    scene.decide(&[pending(1)]).await;
    settle(&scene, id(1), answer()).await.unwrap();
    let refused = settle(&scene, id(1), answer()).await.unwrap_err();
    assert!(matches!(refused, StoreError::NotPending { decision } if decision == id(1)));
    assert_eq!(decisions::revisions(scene.store(), id(1)).await.unwrap().len(), 1);
    assert_eq!(scene.blocks(BlockType::DecisionRevised).await.len(), 1);
}

#[tokio::test]
async fn of_two_that_settle_at_the_same_time_one_is_refused() {
    let scene = Scene::new("decisions_settle_at_once").await;
    scene.decide(&[pending(1)]).await;
    let (one, other) = tokio::join!(settle(&scene, id(1), answer()), settle(&scene, id(1), answer()));
    assert_eq!(u8::from(one.is_ok()) + u8::from(other.is_ok()), 1);
    assert_eq!(scene.blocks(BlockType::DecisionRevised).await.len(), 1);
}

#[tokio::test]
async fn persons_replace_a_decision_again_and_again() {
    let scene = Scene::new("decisions_overrule").await;
    scene.decide(&[decision(1, DecisionType::Fix)]).await;
    let once = overrule(&scene, id(1), &mira(0, DecisionType::Keep)).await.unwrap().unwrap();
    assert_eq!((once.status, once.revision), (DecisionStatus::Overridden, 1));
    assert_eq!((once.reviewed_by.as_deref(), once.reviewed_at), (Some("mira"), Some(minute(0))));
    let expected = Answer {
        decision: DecisionType::Keep,
        decided_by: DecidedBy::Person,
        confidence: None,
        reason: "expiry day".into(),
        decided_at: minute(0),
        ..decision(1, DecisionType::Fix).answer
    };
    assert_eq!(once.answer, expected);
    let noor = Override { by: "noor".into(), ..mira(1, DecisionType::Review) };
    let twice = overrule(&scene, id(1), &noor).await.unwrap().unwrap();
    assert_eq!(decisions::get(scene.store(), id(1)).await.unwrap(), Some(twice));
    let revisions = decisions::revisions(scene.store(), id(1)).await.unwrap();
    let kept: Vec<_> =
        revisions.iter().map(|was| (was.revision, was.decided_by, was.actor.as_deref())).collect();
    assert_eq!(kept, [(0, DecidedBy::Model, None), (1, DecidedBy::Person, Some("mira"))]);
    let payloads = scene.payloads(BlockType::DecisionRevised).await;
    assert_eq!(payloads.len(), 2);
    assert_ne!(payloads[0]["decision"]["reviewed_by"], payloads[1]["decision"]["reviewed_by"]);
    assert!(!payloads[0].to_string().contains("mira"));
}

#[tokio::test]
async fn nobody_replaces_a_decision_that_they_did_not_see() {
    let scene = Scene::new("decisions_stale").await;
    scene.decide(&[pending(1)]).await;
    settle(&scene, id(1), answer()).await.unwrap();
    let refused = overrule(&scene, id(1), &mira(0, DecisionType::Keep)).await.unwrap_err();
    assert!(matches!(refused, StoreError::Stale { seen: 0, current: 1, .. }), "{refused}");
    assert_eq!(decisions::get(scene.store(), id(1)).await.unwrap().unwrap().answer, answer());
    assert!(overrule(&scene, id(1), &mira(1, DecisionType::Keep)).await.is_ok());
}

#[tokio::test]
async fn an_answer_that_comes_after_a_person_decided_is_refused() {
    let scene = Scene::new("decisions_late").await;
    scene.decide(&[pending(1)]).await;
    overrule(&scene, id(1), &mira(0, DecisionType::Keep)).await.unwrap();
    let refused = settle(&scene, id(1), answer()).await;
    assert!(matches!(refused, Err(StoreError::NotPending { .. })));
}

#[tokio::test]
async fn what_is_not_on_record_cannot_be_decided_anew() {
    let scene = Scene::new("decisions_none").await;
    assert_eq!(settle(&scene, id(1), answer()).await.unwrap(), None);
    assert_eq!(overrule(&scene, id(1), &mira(0, DecisionType::Keep)).await.unwrap(), None);
    assert_eq!(decisions::revisions(scene.store(), id(1)).await.unwrap(), []);
    assert_eq!(scene.count("blockchain_blocks").await, 0);
}

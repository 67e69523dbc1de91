//! Decisions that wait for a model which takes its time.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use axum::{Json, Router, extract::State, routing::post};
use host::{
    agent::{Agent, Choice},
    config::{ActionsConfig, Config},
    decide::pending::Round,
    domain::{
        finding::Severity::{Critical, High, Low, Medium},
        vocabulary::{DecidedBy, DecisionStatus, DecisionType},
    },
    store::{
        blocks,
        decisions::{self, Override},
        jobs,
    },
};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::room::{POLICY, Room, later, minute, opened, spike};

/// What the model says, whatever it is asked, and how often it was.
struct Model {
    calls: Arc<AtomicUsize>,
    url: String,
}

impl Model {
    async fn saying(decision: &str) -> Self {
        let verdict = json!({
            "decision": decision, "confidence": 0.9, "reason": "seen before", "evidence": [], "actions": []
        });
        let calls = Arc::new(AtomicUsize::new(0));
        let said = (Arc::clone(&calls), verdict.to_string());
        let router = Router::new().route("/v1/messages", post(answer)).with_state(said);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { calls, url }
    }

    fn agent(&self) -> Agent {
        let config = format!(
            "[plugins.ai-decision]\ngrants = [\"language-model\"]\n[agent]\napi_key = \"k\"\nbase_url = \"{}\"\n",
            self.url
        );
        let folder = tempfile::TempDir::new().unwrap();
        let file = folder.path().join("vyomo.toml");
        std::fs::write(&file, config).unwrap();
        tests::agent::of(&Choice::Claude, &Config::load(Some(&file)).unwrap())
    }

    fn calls(&self) -> usize {
        self.calls.load(Ordering::Relaxed)
    }
}

async fn answer(State((calls, verdict)): State<(Arc<AtomicUsize>, String)>) -> Json<Value> {
    calls.fetch_add(1, Ordering::Relaxed);
    Json(json!({
        "id": "msg_1", "type": "message", "role": "assistant", "model": "claude-test",
        "content": [{ "type": "text", "text": verdict }],
        "stop_reason": "end_turn", "stop_sequence": null,
        "usage": { "input_tokens": 900, "output_tokens": 60 }
    }))
}

async fn room(name: &str, model: &Model) -> Room {
    Room::with(name, POLICY, model.agent(), ActionsConfig::default()).await
}

const SETTLED: Round = Round { settled: 1, dropped: 0, again: 0 };
const DROPPED: Round = Round { settled: 0, dropped: 1, again: 0 };

#[tokio::test(flavor = "multi_thread")]
async fn a_decision_is_pending_until_the_model_answers_in_a_change_of_its_own() {
    let model = Model::saying("KEEP").await;
    let room = room("pending", &model).await;
    let decision = room.opened(spike(1, 0, Medium)).await;
    assert_eq!((decision.status, decision.answer.decision), (DecisionStatus::Pending, DecisionType::Review));
    assert_eq!(model.calls(), 0, "nobody waits for a model within a change");
    assert_eq!(jobs::backlog(room.store(), "ask").await.unwrap().open, 1);

    assert_eq!(room.desk.answer_pending(&room.journal, 10).await.unwrap(), SETTLED);
    let decision = room.decision(decision.anomaly).await;
    assert_eq!((decision.status, decision.answer.decision), (DecisionStatus::Decided, DecisionType::Keep));
    assert_eq!(decision.answer.decided_by, DecidedBy::Model);
    assert_eq!(decision.answer.model.as_deref(), Some("claude-test"));
    assert_eq!((decision.answer.input_tokens, decision.answer.output_tokens), (Some(900), Some(60)));
    assert!(decision.answer.cost.is_some() && decision.answer.prompt_hash.is_some());
    assert_eq!(jobs::backlog(room.store(), "ask").await.unwrap().open, 0);
    assert_eq!(room.desk.answer_pending(&room.journal, 10).await.unwrap(), Round::default());

    let last = room.all_blocks().await.last().unwrap().block.number;
    let case = blocks::case_of(room.store(), last).await.unwrap();
    let steps: Vec<String> = case.iter().map(|it| it.block.kind.to_string()).collect();
    assert_eq!(steps, ["ANOMALY_DETECTED", "DECISION_MADE", "DECISION_REVISED"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_policy_did_not_allow_is_review() {
    let model = Model::saying("FIX").await;
    let room = room("disallowed", &model).await;
    let anomaly = room.opened(spike(1, 0, Medium)).await.anomaly;
    room.desk.answer_pending(&room.journal, 10).await.unwrap();
    let decision = room.decision(anomaly).await;
    assert_eq!(decision.answer.decision, DecisionType::Review);
    assert_ne!(decision.answer.decided_by, DecidedBy::Model);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_who_is_faster_prevails() {
    let model = Model::saying("KEEP").await;
    let room = room("faster", &model).await;
    let decision = room.opened(spike(1, 0, Medium)).await;
    let mut change = room.journal.begin(minute(1)).await.unwrap();
    let fix =
        Override { revision: 0, decision: DecisionType::Fix, reason: "a bad feed".into(), by: "me".into() };
    decisions::overrule(&mut change, decision.id, &fix).await.unwrap();
    change.commit().await.unwrap();
    assert_eq!(room.desk.answer_pending(&room.journal, 10).await.unwrap(), DROPPED);
    assert_eq!(model.calls(), 0);
    let decision = room.decision(decision.anomaly).await;
    assert_eq!(
        (decision.answer.decision, decision.answer.decided_by),
        (DecisionType::Fix, DecidedBy::Person)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_becomes_severe_while_it_waits_is_decided_at_once() {
    let model = Model::saying("KEEP").await;
    let room = room("severe", &model).await;
    let anomaly = spike(1, 0, Medium);
    room.opened(anomaly.clone()).await;
    let recorded = room.take(minute(1), later(&anomaly, High)).await.unwrap();
    assert_eq!(recorded.actions.len(), 1);
    let decision = room.decision(anomaly.reference()).await;
    assert_eq!((decision.status, decision.answer.decision), (DecisionStatus::Decided, DecisionType::Fix));
    assert_eq!(room.desk.answer_pending(&room.journal, 10).await.unwrap(), DROPPED);
    assert_eq!(room.decision(anomaly.reference()).await, decision);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_whose_host_died_is_taken_again_and_not_before() {
    let model = Model::saying("KEEP").await;
    let room = room("lease", &model).await;
    room.take(minute(0), opened([spike(1, 0, Medium)])).await.unwrap();
    // A host takes the job, and dies.
    let mut change = room.journal.begin(minute(1)).await.unwrap();
    assert_eq!(jobs::take(&mut change, "ask", minute(11), 10).await.unwrap().len(), 1);
    change.commit().await.unwrap();
    let taken = async |at| {
        let mut change = room.journal.begin(minute(at)).await.unwrap();
        let taken = jobs::take(&mut change, "ask", minute(at + 10), 10).await.unwrap();
        change.commit().await.unwrap();
        taken.iter().map(|job| job.attempts).collect::<Vec<_>>()
    };
    assert_eq!(taken(10).await, [0; 0]);
    assert_eq!(taken(11).await, [2]);
}

/// Asks about all that is not LOW and not CRITICAL.
fn asking() -> String {
    POLICY
        .replace("severity >= HIGH", "severity >= CRITICAL")
        .replace("severity == MEDIUM", "severity >= MEDIUM")
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_about_what_it_was_before_does_not_count() {
    let model = Model::saying("KEEP").await;
    let room = Room::with("stale", &asking(), model.agent(), ActionsConfig::default()).await;
    let anomaly = spike(1, 0, Medium);
    room.opened(anomaly.clone()).await;
    room.take(minute(0), later(&anomaly, High)).await.unwrap();
    let round = room.desk.answer_pending(&room.journal, 10).await.unwrap();
    assert_eq!(round, Round { settled: 1, dropped: 1, again: 0 });
    assert_eq!(model.calls(), 1, "the older question is not asked any more");
    let decision = room.decision(anomaly.reference()).await;
    assert_eq!((decision.status, decision.revision), (DecisionStatus::Decided, 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_agent_is_not_asked_about_what_a_person_decided() {
    let model = Model::saying("KEEP").await;
    let room = Room::with("persons", &asking(), model.agent(), ActionsConfig::default()).await;
    let anomaly = spike(1, 0, Low);
    let decision = room.opened(anomaly.clone()).await;
    let mut change = room.journal.begin(minute(1)).await.unwrap();
    let fix =
        Override { revision: 0, decision: DecisionType::Fix, reason: "a bad feed".into(), by: "me".into() };
    decisions::overrule(&mut change, decision.id, &fix).await.unwrap();
    change.commit().await.unwrap();
    for severity in [Medium, High, Critical] {
        let recorded = room.take(minute(2), later(&anomaly, severity)).await.unwrap();
        assert_eq!(recorded.actions, []);
        let decision = room.decision(anomaly.reference()).await;
        assert_eq!(decision.status, DecisionStatus::Decided, "{severity:?}");
        assert_eq!(decision.answer.decision, DecisionType::Review, "{severity:?}");
    }
    assert_eq!(room.desk.answer_pending(&room.journal, 10).await.unwrap(), Round::default());
    assert_eq!(model.calls(), 0);
}

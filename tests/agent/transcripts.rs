//! What is recorded is replayed, byte for byte, and holds no secret.

use std::{fs, os::unix::fs::PermissionsExt as _};

use host::{
    agent::{AgentError, Answer, Choice},
    config::OnFailure,
    domain::vocabulary::DecidedBy,
};
use serde_json::{Value, json};
use tests::Scratch;

use crate::{
    api::Reaction,
    support::{KEY, Scene, all, case, component, good, of_trader, say},
};

/// Two equal cases with different answers, another one, and one about a trader that fails.
fn answers(scene: &Scene) -> Vec<Answer> {
    let mut other = case();
    other.anomaly.kind = "PRICE_DROP".into();
    let cases = [case(), case(), other, of_trader("trader-4711")];
    cases.iter().map(|case| scene.agent.ask_blocking(case, &all())).collect()
}

fn reactions() -> [Reaction; 4] {
    let mut second = good();
    second["decision"] = json!("KEEP");
    second["actions"] = json!([]);
    [say(&good()), say(&second), say(&good()), Reaction::Stop("refusal")]
}

fn recorded(scratch: &Scratch) -> Vec<Answer> {
    let file = scratch.path("transcript.jsonl");
    let scene = Scene::with(component(), &Choice::Claude, Some(&file), reactions(), |_| ()).unwrap();
    answers(&scene)
}

fn replay(scratch: &Scratch, on_failure: OnFailure) -> Result<Scene, AgentError> {
    let choice = Choice::Replay(scratch.path("transcript.jsonl"));
    Scene::with(component(), &choice, None, [], |config| config.on_failure = on_failure)
}

#[test]
fn a_replay_equals_the_recording() {
    let scratch = Scratch::new();
    let live = recorded(&scratch);
    let scene = replay(&scratch, OnFailure::Review).unwrap();
    assert_eq!(format!("{:?}", answers(&scene)), format!("{live:?}"));
    assert_ne!(live[0].verdict, live[1].verdict);
    assert_eq!(scene.requests(), 0);
}

#[test]
fn what_a_replay_records_is_the_transcript_again() {
    let scratch = Scratch::new();
    recorded(&scratch);
    let (from, to) = (scratch.path("transcript.jsonl"), scratch.path("again.jsonl"));
    let scene = Scene::with(component(), &Choice::Replay(from), Some(&to), [], |_| ()).unwrap();
    answers(&scene);
    assert_eq!(scratch.read("again.jsonl"), scratch.read("transcript.jsonl"));
}

#[test]
fn a_transcript_is_for_its_owner_alone_even_in_the_place_of_an_older_file() {
    let scratch = Scratch::new().with_file("transcript.jsonl", "older");
    let file = scratch.path("transcript.jsonl");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
    recorded(&scratch);
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(scratch.read("transcript.jsonl").lines().count(), 4);
}

#[test]
fn a_transcript_tells_request_answer_and_usage_and_no_secret() {
    let scratch = Scratch::new();
    recorded(&scratch);
    let text = scratch.read("transcript.jsonl");
    assert!(!text.contains(KEY) && !text.contains("4711"));
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 4);
    assert_eq!(lines[0]["answer"], good().to_string());
    assert_eq!(lines[0]["usage"]["cache_read_input_tokens"], 1_200);
    assert_eq!((&lines[0]["cost"], &lines[0]["latency"]), (&json!("0.00306"), &json!(0)));
    assert!(lines[0]["request"]["question"].as_str().unwrap().contains("PRICE_SPIKE"));
    assert_eq!(lines[3]["failure"]["kind"], "refused");
}

#[test]
fn a_request_that_was_never_recorded_is_a_failure() {
    let scratch = Scratch::new();
    recorded(&scratch);
    let mut unknown = case();
    unknown.anomaly.score = 0.81;
    for (on_failure, by) in
        [(OnFailure::Review, DecidedBy::Policy), (OnFailure::Scorecard, DecidedBy::Scorecard)]
    {
        let scene = replay(&scratch, on_failure).unwrap();
        let answer = scene.agent.ask_blocking(&unknown, &all());
        assert_eq!((answer.verdict.decided_by, answer.provider), (by, None));
        assert!(answer.verdict.fallback.unwrap().contains("the transcript has no answer"));
    }
}

#[test]
fn equal_requests_have_as_many_answers_as_were_recorded() {
    let scratch = Scratch::new();
    recorded(&scratch);
    let scene = replay(&scratch, OnFailure::Review).unwrap();
    let by: Vec<_> = (0..3).map(|_| scene.ask().verdict.decided_by).collect();
    assert_eq!(by, [DecidedBy::Model, DecidedBy::Model, DecidedBy::Policy]);
}

#[test]
fn a_transcript_that_was_changed_or_is_none_is_refused_with_the_line() {
    let scratch = Scratch::new();
    recorded(&scratch);
    let changed = scratch.read("transcript.jsonl").replacen("PRICE_SPIKE", "VOLUME_SURGE", 1);
    let scratch = scratch.with_file("transcript.jsonl", &changed);
    let error = replay(&scratch, OnFailure::Review).err().unwrap().to_string();
    assert!(error.contains("line 1: the digest is not that of the request"), "{error}");
    let scratch = scratch.with_file("transcript.jsonl", "{}\n");
    let error = replay(&scratch, OnFailure::Review).err().unwrap().to_string();
    assert!(error.contains("line 1: missing field `digest`"), "{error}");
}

#[test]
fn the_scorecard_has_nothing_to_record() {
    let scratch = Scratch::new();
    let file = scratch.path("transcript.jsonl");
    let error = Scene::with(component(), &Choice::Scorecard, Some(&file), [], |_| ()).err().unwrap();
    assert!(matches!(error, AgentError::NothingToRecord));
    assert!(!file.exists());
}

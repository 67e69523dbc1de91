//! What Claude decides, and what it is told.

use host::domain::{
    case::Case,
    vocabulary::{ActionType, DecidedBy, DecisionType},
};
use serde_json::json;

use crate::support::{KEY, Scene, all, case, good, of_trader, say};

#[test]
fn an_answer_of_the_model_is_the_model_s() {
    let scene = Scene::new([say(&good())], |_| ());
    let answer = scene.runtime.block_on(scene.agent.ask(&case(), &all()));
    let verdict = answer.verdict;
    assert_eq!((verdict.decision, verdict.decided_by), (DecisionType::Fix, DecidedBy::Model));
    assert_eq!((verdict.confidence, verdict.fallback), (0.9, None));
    assert_eq!(
        (verdict.evidence, verdict.actions),
        (vec!["robust_z".to_owned()], vec![ActionType::HaltSymbol])
    );
    assert_eq!(answer.provider.as_deref(), Some("anthropic"));
    assert_eq!(answer.model.as_deref(), Some("claude-sonnet-4-6-20260217"));
    assert_eq!((answer.input_tokens, answer.output_tokens), (Some(1_600), Some(100)));
    // 400 tokens at 3 dollars, 1,200 kept ones at 0.3, 100 written at 15, a million each.
    assert_eq!(answer.cost.unwrap().to_string(), "0.00306");
    assert!(answer.prompt_hash.is_some());
    assert_eq!(scene.agent.metrics().cost, answer.cost.unwrap());
    assert_eq!(scene.agent.metrics().decided_by, [(DecidedBy::Model, 1)].into());
}

#[test]
fn a_request_is_what_the_api_documents() {
    let scene = Scene::new([say(&good())], |_| ());
    scene.ask();
    let request = scene.api.received().remove(0);
    assert_eq!(request.headers["x-api-key"], KEY);
    assert_eq!(request.headers["anthropic-version"], "2023-06-01");
    assert_eq!(request.body["model"], "claude-sonnet-4-6");
    assert_eq!(request.body["max_tokens"], 1_024);
    assert_eq!(request.body["system"][0]["cache_control"], json!({"type": "ephemeral"}));
    let properties = &request.body["output_config"]["format"]["schema"]["properties"];
    assert_eq!(properties["decision"]["enum"], json!(["KEEP", "REVIEW", "FIX"]));
    assert_eq!(properties["actions"]["items"]["enum"], json!(["HALT_SYMBOL", "QUEUE_FOR_REVIEW"]));
    assert_eq!(properties["evidence"]["items"]["enum"], json!(["robust_z", "times_expected"]));
}

#[test]
fn instructions_are_the_same_byte_for_byte_so_that_they_are_kept() {
    let scene = Scene::new([say(&good())], |_| ());
    scene.ask();
    let mut other = case();
    other.anomaly.kind = "VOLUME_SURGE".into();
    scene.agent.ask_blocking(&other, &all());
    let [one, two] = scene.api.received().try_into().unwrap_or_else(|_| panic!("two requests"));
    assert_eq!(one.body["system"].to_string(), two.body["system"].to_string());
    assert_ne!(one.body["messages"], two.body["messages"]);
}

#[test]
fn a_trader_s_name_stays_here_unless_the_operator_wants_otherwise() {
    let told = |pseudonyms: bool| {
        let scene = Scene::new([say(&good())], |config| config.pseudonyms = pseudonyms);
        scene.agent.ask_blocking(&of_trader("trader-4711"), &all());
        scene.api.received()[0].body.to_string()
    };
    assert!(!told(true).contains("4711"));
    assert!(told(false).contains("trader-4711"));
}

#[test]
fn equal_cases_have_equal_prompt_hashes_and_others_have_others() {
    let scene = Scene::new([say(&good())], |_| ());
    let mut other = case();
    other.anomaly.score = 0.86;
    let hash = |case: &Case| scene.agent.ask_blocking(case, &all()).prompt_hash.unwrap();
    assert_eq!(hash(&case()), hash(&case()));
    assert_ne!(hash(&case()), hash(&other));
}

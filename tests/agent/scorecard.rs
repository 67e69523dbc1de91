//! The scorecard in the sandbox: the same for the same, and within what is allowed.

use host::{
    agent::Choice,
    domain::{
        judgement::Allowed,
        vocabulary::{ActionType, DecidedBy, DecisionType},
    },
};

use crate::support::{Scene, all, case, component};

fn scene() -> Scene {
    Scene::with(component(), &Choice::Scorecard, None, [], |_| ()).unwrap()
}

#[test]
fn the_scorecard_follows_the_score() {
    let scene = scene();
    let decided = |score: f64| {
        let mut case = case();
        case.anomaly.score = score;
        scene.agent.ask_blocking(&case, &all()).verdict
    };
    assert_eq!(decided(0.6).decision, DecisionType::Keep);
    assert_eq!(decided(0.85).decision, DecisionType::Review);
    assert_eq!(decided(0.97).decision, DecisionType::Fix);
    assert_eq!(decided(0.97).actions, [ActionType::HaltSymbol]);
    assert_eq!(decided(0.97).confidence, 0.97);
    assert!(decided(0.97).reason.starts_with("97 % likely to be true: its score for"));
}

#[test]
fn the_same_case_has_the_same_verdict_whatever_came_before() {
    let scene = scene();
    let first = scene.ask();
    let mut other = case();
    other.anomaly.score = 0.99;
    scene.agent.ask_blocking(&other, &all());
    assert_eq!(scene.ask(), first);
}

#[test]
fn the_scorecard_asks_nobody() {
    let scene = scene();
    scene.ask();
    assert_eq!(scene.requests(), 0);
    let metrics = scene.agent.metrics();
    assert_eq!((metrics.consultations, metrics.decided_by), (0, [(DecidedBy::Scorecard, 1)].into()));
}

#[test]
fn what_the_scorecard_may_not_say_is_a_review() {
    let mut sure = case();
    sure.anomaly.score = 0.99;
    let allowed = Allowed { decisions: vec![DecisionType::Keep], actions: Vec::new() };
    let verdict = scene().agent.ask_blocking(&sure, &allowed).verdict;
    assert_eq!((verdict.decision, verdict.actions.len()), (DecisionType::Review, 0));
}

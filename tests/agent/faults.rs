//! What the network and the API do wrong, and what becomes of the case.

use host::{
    agent::FailureKind,
    config::OnFailure,
    domain::vocabulary::{DecidedBy, DecisionType},
};
use serde_json::json;

use crate::{
    api::{Reaction, message},
    support::{Scene, good, number, say},
};

/// Every kind of fault, in both ways of dealing with it: never the model's, always with the reason.
#[track_caller]
fn fails(reaction: &Reaction, kind: FailureKind, requests: usize, reason: &str) {
    for on_failure in [OnFailure::Review, OnFailure::Scorecard] {
        let scene = Scene::new([reaction.clone()], |config| {
            config.on_failure = on_failure;
            config.timeout_seconds = number(1);
            config.retries = 1;
        });
        let answer = scene.ask();
        let by = if on_failure == OnFailure::Review { DecidedBy::Policy } else { DecidedBy::Scorecard };
        assert_eq!(answer.verdict.decided_by, by);
        assert_eq!(answer.verdict.decision, DecisionType::Review);
        let fallback = answer.verdict.fallback.unwrap();
        assert!(fallback.contains(reason) && answer.verdict.reason.contains(&fallback), "{fallback}");
        assert_eq!(scene.agent.metrics().failures, [(kind, 1)].into(), "{fallback}");
        assert_eq!(scene.requests(), requests, "{fallback}");
    }
}

#[test]
fn an_api_that_is_slow_runs_into_the_timeout() {
    fails(&Reaction::Hang, FailureKind::Timeout, 2, "the API took too long");
}

#[test]
fn rate_limits_are_waited_for() {
    let limited =
        |headers| Reaction::Fail(429, "rate_limit_error", "This request would exceed your limit", headers);
    fails(&limited(&[]), FailureKind::RateLimited, 2, "429: rate_limit_error");
    fails(&limited(&[("retry-after-ms", "5")]), FailureKind::RateLimited, 2, "429");
    fails(&limited(&[("retry-after", "0")]), FailureKind::RateLimited, 2, "429");
    fails(&limited(&[("x-should-retry", "false")]), FailureKind::RateLimited, 1, "429");
    fails(&limited(&[("retry-after", "86400")]), FailureKind::RateLimited, 1, "429");
}

#[test]
fn an_overloaded_api_is_asked_again() {
    fails(
        &Reaction::Fail(529, "overloaded_error", "Overloaded", &[]),
        FailureKind::Overloaded,
        2,
        "529: overloaded_error",
    );
    fails(
        &Reaction::Fail(500, "api_error", "Internal server error", &[]),
        FailureKind::Server,
        2,
        "500: api_error",
    );
}

#[test]
fn what_passes_costs_a_repetition_and_not_the_answer() {
    let faults = [
        Reaction::Fail(529, "overloaded_error", "Overloaded", &[]),
        Reaction::Fail(429, "rate_limit_error", "Slow down", &[("retry-after-ms", "1")]),
        say(&good()),
    ];
    let scene = Scene::new(faults, |_| ());
    assert_eq!(scene.ask().verdict.decided_by, DecidedBy::Model);
    assert_eq!(scene.requests(), 3);
}

#[test]
fn a_cut_connection_is_no_answer() {
    fails(&Reaction::Cut, FailureKind::Connection, 2, "the connection to the API failed");
}

#[test]
fn an_api_that_is_not_there_is_no_answer() {
    let scene = Scene::new([say(&good())], |config| {
        config.base_url = "http://127.0.0.1:9".into();
        config.retries = 0;
    });
    assert!(scene.ask().verdict.fallback.unwrap().contains("the connection to the API failed"));
}

#[test]
fn a_response_without_end_is_cut_off() {
    fails(&Reaction::Endless, FailureKind::Malformed, 2, "longer than");
}

#[test]
fn a_response_that_is_none_is_no_answer() {
    for body in ["", "<html>", "{\"id\":", "{}", "[]"] {
        fails(&Reaction::Body(body.into()), FailureKind::Malformed, 2, "cannot be read");
    }
    let empty = message("end_turn", &json!([])).to_string();
    fails(&Reaction::Body(empty), FailureKind::Malformed, 1, "has no text");
}

#[test]
fn a_wrong_key_or_request_is_not_repeated() {
    let wrong = Reaction::Fail(401, "authentication_error", "invalid x-api-key", &[]);
    fails(&wrong, FailureKind::Rejected, 1, "401: authentication_error: invalid x-api-key (request req_");
}

#[test]
fn a_refusal_is_no_answer() {
    fails(&Reaction::Stop("refusal"), FailureKind::Refused, 1, "the model refused: cyber");
}

#[test]
fn an_answer_that_is_cut_off_is_none() {
    fails(&Reaction::Stop("max_tokens"), FailureKind::Truncated, 1, "agent.max_tokens");
    fails(&Reaction::Stop("pause_turn"), FailureKind::Stopped, 1, "the model stopped for pause_turn");
}

#[test]
fn an_answer_of_another_form_is_none() {
    for (field, value) in
        [("confidence", json!("high")), ("confidence", json!(7)), ("evidence", json!(["moon"]))]
    {
        let mut answer = good();
        answer[field] = value;
        fails(&say(&answer), FailureKind::Unusable, 1, "the model");
    }
    fails(&Reaction::Say("FIX it".into()), FailureKind::Unusable, 1, "cannot be read");
}

#[test]
fn a_model_that_is_not_sure_does_not_decide() {
    let mut unsure = good();
    unsure["confidence"] = json!(0.4);
    fails(&say(&unsure), FailureKind::Unsure, 1, "0.40 sure of FIX, below 0.50");
}

#[test]
fn usage_of_a_refusal_counts() {
    let scene = Scene::new([Reaction::Stop("refusal")], |_| ());
    let answer = scene.ask();
    assert_eq!((answer.input_tokens, answer.provider.as_deref()), (Some(1_600), Some("anthropic")));
    assert_eq!(scene.agent.metrics().cost, answer.cost.unwrap());
}

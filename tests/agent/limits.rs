//! Money, requests and patience are bounded.

use host::{
    agent::FailureKind,
    config::{Dollars, Share},
    domain::vocabulary::DecidedBy,
};

use crate::{
    api::Reaction,
    support::{Scene, all, case, good, number, say},
};

const DAY: i64 = 24 * 60 * 60;

fn failing(status: u16) -> Reaction {
    Reaction::Fail(status, "api_error", "Internal server error", &[])
}

#[test]
fn a_budget_that_is_spent_ends_the_asking_until_the_next_day() {
    // A request can cost some 4 cents and costs 0.3.
    let scene = Scene::new([say(&good())], |config| config.spend_per_day = Dollars::cents(5));
    let by_model = (0..20).filter(|_| scene.ask().verdict.decided_by == DecidedBy::Model).count();
    assert!((1..20).contains(&by_model), "{by_model}");
    assert_eq!(scene.requests(), by_model);
    assert!(scene.ask().verdict.fallback.unwrap().contains("the budget of 0.05 US dollars a day leaves"));
    assert!(scene.agent.metrics().cost <= Dollars::cents(5).amount());
    scene.hands.advance(DAY);
    assert_eq!(scene.ask().verdict.decided_by, DecidedBy::Model);
}

#[test]
fn requests_at_the_same_time_do_not_overspend() {
    let scene = Scene::new([say(&good())], |config| {
        config.spend_per_day = Dollars::cents(10);
        config.max_concurrent = 16.try_into().unwrap();
    });
    let asked = (0..64).map(|_| {
        let agent = scene.agent.clone();
        std::thread::spawn(move || agent.ask_blocking(&case(), &all()))
    });
    let asked: Vec<_> = asked.collect();
    let answers: Vec<_> = asked.into_iter().map(|asked| asked.join().unwrap()).collect();
    let by_model = answers.iter().filter(|answer| answer.verdict.decided_by == DecidedBy::Model).count();
    assert!(by_model >= 1 && by_model == scene.requests());
    assert!(scene.agent.metrics().cost <= Dollars::cents(10).amount());
}

#[test]
fn a_request_whose_end_nobody_saw_counts_in_full() {
    let scene = Scene::new([Reaction::Cut, say(&good())], |config| {
        config.spend_per_day = Dollars::cents(5);
        config.retries = 0;
    });
    assert_eq!(scene.agent.ask_blocking(&case(), &all()).cost, None);
    assert!(scene.ask().verdict.fallback.unwrap().contains("budget"));
}

#[test]
fn a_spend_limit_is_not_repeated_and_leaves_the_model_alone_for_long() {
    let limits = [
        Reaction::Fail(429, "rate_limit_error", "enforced_spend_limit_reached", &[]),
        Reaction::Fail(
            400,
            "invalid_request_error",
            "You have reached your specified API usage limits.",
            &[],
        ),
        Reaction::Fail(
            402,
            "billing_error",
            "Your credit balance is too low to access the Anthropic API.",
            &[],
        ),
    ];
    for limit in limits {
        let scene = Scene::new([limit, say(&good())], |config| config.spend_limit_seconds = number(3_600));
        scene.ask();
        scene.hands.advance(3_599);
        assert!(scene.ask().verdict.fallback.unwrap().contains("left alone until 2026-01-01T01:00:00Z"));
        assert_eq!(scene.requests(), 1);
        assert_eq!(
            scene.agent.metrics().failures,
            [(FailureKind::SpendLimit, 1), (FailureKind::BreakerOpen, 1)].into()
        );
        scene.hands.advance(1);
        assert_eq!(scene.ask().verdict.decided_by, DecidedBy::Model);
    }
}

#[test]
fn a_model_that_fails_again_and_again_is_left_alone_for_a_while() {
    let faults = [failing(500), failing(500), failing(500), say(&good())];
    let scene = Scene::new(faults, |config| {
        config.retries = 0;
        config.breaker_failures = number(2);
        config.breaker_seconds = number(60);
    });
    for _ in 0..5 {
        scene.ask();
    }
    assert_eq!(scene.requests(), 2, "the breaker is open");
    scene.hands.advance(60);
    scene.ask();
    scene.ask();
    assert_eq!(scene.requests(), 3, "one more failure opens it again");
    scene.hands.advance(60);
    assert_eq!(scene.ask().verdict.decided_by, DecidedBy::Model);
    assert_eq!(scene.ask().verdict.decided_by, DecidedBy::Model);
}

#[test]
fn a_case_that_gets_no_turn_in_time_is_not_asked() {
    let scene = Scene::new([say(&good())], |config| {
        config.calls_per_minute = number(2);
        config.queue_seconds = number(1);
    });
    for _ in 0..2 {
        assert_eq!(scene.ask().verdict.decided_by, DecidedBy::Model);
    }
    assert!(scene.ask().verdict.fallback.unwrap().contains("too many requests in a minute"));
    scene.hands.advance(60);
    assert_eq!(scene.ask().verdict.decided_by, DecidedBy::Model);
}

#[test]
fn confidence_is_bounded_where_the_operator_says() {
    let scene =
        Scene::new([say(&good())], |config| config.minimum_confidence = Share::try_from(0.95).unwrap());
    assert!(scene.ask().verdict.fallback.unwrap().contains("0.90 sure of FIX, below 0.95"));
}

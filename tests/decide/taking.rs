use host::{
    config::ActionsConfig,
    domain::{
        finding::Severity::{High, Low, Medium},
        vocabulary::{ActionStatus, ActionType, DecidedBy, DecisionStatus, DecisionType, SubjectType},
    },
    store::{automation, controls},
};

use crate::room::{POLICY, Room, conflict, minute, opened, overtrading, spike};

#[tokio::test]
async fn anomalies_of_all_families_are_decided_about_and_acted_on_in_one_change() {
    let room = Room::new("families").await;
    let arrivals = opened([spike(1, 0, High), conflict(2, 0, Low), overtrading(3, 0, High)]);
    let recorded = room.take(minute(0), arrivals).await.unwrap();

    assert_eq!(recorded.decisions.len(), 3);
    let decision = room.decision(spike(1, 0, High).reference()).await;
    assert_eq!(
        (decision.answer.decision, decision.answer.decided_by),
        (DecisionType::Fix, DecidedBy::Policy)
    );
    assert_eq!(decision.answer.reason, "severe: far from usual, NIFTY");
    assert_eq!(room.decision(conflict(2, 0, Low).reference()).await.answer.decision, DecisionType::Keep);

    let done: Vec<_> = recorded.actions.iter().map(|it| (it.action_type, it.status)).collect();
    let succeeded = ActionStatus::Succeeded;
    assert_eq!(done, [(ActionType::HaltSymbol, succeeded), (ActionType::CoolDownUser, succeeded)]);
    let halted = controls::active(room.store(), SubjectType::Symbol, "NIFTY", minute(29)).await.unwrap();
    assert_eq!(halted.len(), 1);
    let later = controls::active(room.store(), SubjectType::Symbol, "NIFTY", minute(30)).await.unwrap();
    assert_eq!(later, []);
    assert_eq!(recorded.notifications.len(), 2);
}

#[tokio::test]
async fn what_was_taken_in_before_is_not_done_twice() {
    let room = Room::new("twice").await;
    room.take(minute(0), opened([spike(1, 0, High)])).await.unwrap();
    let blocks = room.all_blocks().await.len();
    let again = room.take(minute(1), opened([spike(9, 0, High)])).await.unwrap();
    assert_eq!((again.anomalies.len(), again.decisions.len(), again.actions.len()), (0, 0, 0));
    assert_eq!(room.all_blocks().await.len(), blocks);
}

#[tokio::test]
async fn the_scorecard_answers_at_once_and_says_that_it_was_it() {
    let room = Room::new("scorecard").await;
    let decision = room.opened(spike(1, 0, Medium)).await;
    assert_eq!(decision.status, DecisionStatus::Decided);
    assert_eq!(decision.answer.decided_by, DecidedBy::Scorecard);
    assert_eq!((decision.answer.model, decision.answer.provider), (None, None));
    assert!(decision.answer.plugin_hash.is_some() && decision.answer.plugin_version.is_some());
    assert!(decision.answer.decision != DecisionType::Fix, "FIX was not allowed");
}

#[tokio::test]
async fn a_policy_that_fails_means_review() {
    let failing = POLICY.replace(
        "return fix(",
        "if anomaly.message == \"far from usual\" { let nothing = (); nothing.field } return fix(",
    );
    let room = Room::with("failing", &failing, tests::agent::scorecard(), ActionsConfig::default()).await;
    let decision = room.opened(spike(1, 0, High)).await;
    assert_eq!(
        (decision.answer.decision, decision.answer.decided_by),
        (DecisionType::Review, DecidedBy::Policy)
    );
    assert!(decision.answer.reason.contains("the policy failed"), "{}", decision.answer.reason);
    assert!(decision.answer.reason.contains("default.rhai:3"), "{}", decision.answer.reason);
}

#[tokio::test]
async fn the_switch_and_the_cap_hold_actions_back() {
    let bounds = ActionsConfig { most_per_interval: 1, ..ActionsConfig::default() };
    let room = Room::with("bounds", POLICY, tests::agent::scorecard(), bounds).await;
    assert_eq!(room.opened(spike(1, 0, High)).await.answer.decision, DecisionType::Fix);
    let capped = room.opened(spike(2, 10, High)).await;
    assert_eq!(capped.answer.decision, DecisionType::Review);
    assert!(capped.answer.reason.contains("more than 1 automatic action"), "{}", capped.answer.reason);

    let mut change = room.journal.begin(minute(90)).await.unwrap();
    automation::stop(&mut change, "operator", "a bad feed").await.unwrap();
    change.commit().await.unwrap();
    let stopped = room.opened(spike(3, 100, High)).await;
    assert_eq!(stopped.answer.decision, DecisionType::Review);
    assert!(stopped.answer.reason.contains("a bad feed"), "{}", stopped.answer.reason);
}

//! The bound of what is done without a person, by itself.

use std::num::NonZeroU32;

use host::{
    actions::guard::{Guard, Hold, Verdict},
    config::ActionsConfig,
    domain::{
        judgement::{PlannedNotification, Resolution},
        vocabulary::{ActionType, DecisionType, NotificationPriority, SubjectType},
    },
    store::automation::{Automation, Stop},
};
use serde_json::json;

use crate::support::{halt, minute, planned};

pub(crate) fn capped(most: u32) -> ActionsConfig {
    ActionsConfig {
        most_per_interval: most,
        interval_minutes: NonZeroU32::new(10).unwrap(),
        ..Default::default()
    }
}

fn fix() -> Resolution {
    let queue = planned(ActionType::QueueForReview, SubjectType::Anomaly, "", json!({}));
    let told = PlannedNotification {
        priority: NotificationPriority::High,
        title: "NIFTY is halted".into(),
        body: String::new(),
    };
    Resolution {
        decision: DecisionType::Fix,
        confidence: 0.9,
        reason: "far from all that is usual".into(),
        actions: vec![halt(5), queue],
        notifications: vec![told],
    }
}

#[test]
fn a_cap_counts_the_actions_of_the_last_interval() {
    let mut guard = Guard::new(&capped(3));
    let held = Verdict::Held(Hold::Capped { most: 3, minutes: 10 });
    let asked: Vec<Verdict> = [(2, 0), (2, 1), (1, 2), (1, 3), (2, 9), (2, 10), (1, 11), (1, 12)]
        .into_iter()
        .map(|(wanted, at)| guard.admit(wanted, minute(at)))
        .collect();
    let yes = Verdict::Admitted;
    let expected = [&yes, &held, &yes, &held, &held, &yes, &held, &yes];
    assert_eq!(asked.iter().collect::<Vec<_>>(), expected);
    assert_eq!(guard.admit(0, minute(12)), Verdict::Admitted);
}

#[test]
fn above_the_cap_a_fix_becomes_a_review_that_says_why() {
    let mut guard = Guard::new(&capped(1));
    assert_eq!(guard.hold(fix(), minute(0)), fix());
    let held = guard.hold(fix(), minute(1));
    assert_eq!(held.decision, DecisionType::Review);
    assert_eq!(
        held.reason,
        "far from all that is usual; held back: there would be more than 1 automatic actions in 10 minutes"
    );
    assert_eq!(held.actions, fix().actions[1..]);
    assert!(
        held.notifications.iter().all(|it| it.title.starts_with("Held back: ") && it.body == held.reason)
    );
    assert_eq!(held.notifications.len(), fix().notifications.len());
    assert_eq!(guard.hold(fix(), minute(11)), fix());
}

#[test]
fn what_a_decision_to_keep_would_do_is_held_back_for_review_too() {
    let keep = Resolution { decision: DecisionType::Keep, ..fix() };
    let held = Guard::new(&capped(0)).hold(keep, minute(0));
    assert_eq!((held.decision, held.actions.len()), (DecisionType::Review, 1));
}

#[test]
fn the_switch_and_the_configuration_hold_everything_back() {
    let stop = Stop { at: minute(0), by: "asha".into(), reason: "the feed is broken".into() };
    let mut guard = Guard::of(&capped(9), Automation { stop: Some(stop), recent: 0 }, minute(1));
    let held = guard.hold(fix(), minute(1));
    assert_eq!(held.decision, DecisionType::Review);
    assert!(
        held.reason.ends_with("automatic actions are stopped since 2026-01-05T03:45:00Z: the feed is broken"),
        "{}",
        held.reason
    );
    let mut guard = Guard::new(&ActionsConfig { automatic: false, ..capped(9) });
    assert_eq!(guard.admit(1, minute(1)), Verdict::Held(Hold::Configured));
}

#[test]
fn what_was_done_before_counts() {
    let mut guard = Guard::of(&capped(3), Automation { stop: None, recent: 2 }, minute(5));
    assert_ne!(guard.admit(2, minute(5)), Verdict::Admitted);
    assert_eq!(guard.admit(1, minute(5)), Verdict::Admitted);
    assert_ne!(guard.admit(1, minute(5)), Verdict::Admitted);
}

//! Controls: in force until cleared or expired.

use host::{
    domain::vocabulary::SubjectType,
    store::{
        actions::{self, Action, Done, NewAction, NewControl},
        controls::{self, Control},
        journal::Journal,
    },
};
use serde_json::json;

use crate::{
    actions::{action, controlled, halted},
    support::{assert_none, decide, id, journal, second},
};

/// What an action put in force at second 0, until that second.
fn control(number: u32, until: Option<i64>) -> Control {
    let action = action(number);
    Control {
        id: action.id,
        action_id: action.id,
        action_type: action.action_type,
        subject_type: action.subject_type,
        subject: action.subject,
        value: json!({"halted": true}),
        set_at: second(0),
        expires_at: until.map(second),
    }
}

/// Two actions that put something in force at second 0.
async fn two_actions(journal: &Journal, until: [Option<i64>; 2]) -> Vec<Action> {
    decide(journal.store(), 1..3, "FIX").await;
    let [first, other] = until;
    controlled(journal, 0, &[(action(1), first), (action(2), other)]).await
}

async fn in_force(journal: &Journal, at: i64) -> Vec<Control> {
    controls::active(journal.store(), SubjectType::Symbol, "NIFTY", second(at)).await.unwrap()
}

#[tokio::test]
async fn controls_are_in_force_until_their_time_comes() {
    let journal = journal("controls").await;
    two_actions(&journal, [Some(60), None]).await;
    let (brief, lasting) = (control(1, Some(60)), control(2, None));
    assert_eq!(in_force(&journal, 59).await, [brief, lasting.clone()]);
    assert_eq!(in_force(&journal, 60).await, [lasting]);
    let others = controls::active(journal.store(), SubjectType::Algorithm, "NIFTY", second(0)).await.unwrap();
    assert_none(&others);
}

#[tokio::test]
async fn an_action_that_is_asked_for_again_puts_nothing_in_force_again() {
    let journal = journal("controls").await;
    let actions = two_actions(&journal, [Some(60), None]).await;
    let mut change = journal.begin(second(1)).await.unwrap();
    controls::clear(&mut change, &[actions[0].id]).await.unwrap();
    change.commit().await.unwrap();
    let again = [(3, "halt-1"), (4, "halt-2")].map(|(number, key)| {
        (NewAction { idempotency_key: key.into(), decision_id: id(1), ..action(number) }, None)
    });
    assert_eq!(controlled(&journal, 2, &again).await.len(), 2);
    assert_eq!(in_force(&journal, 2).await, [control(2, None)]);
}

#[tokio::test]
async fn what_would_end_before_it_begins_is_refused() {
    let journal = journal("controls").await;
    decide(journal.store(), 1..3, "FIX").await;
    let mut change = journal.begin(second(9)).await.unwrap();
    let control = NewControl { value: json!({}), expires_at: Some(second(8)) };
    let done = Done { finished: halted(&action(1)), action: action(1), control: Some(control) };
    let error = actions::create_finished(&mut change, &[done]).await.unwrap_err();
    assert!(error.to_string().contains("active_controls_check"), "{error}");
}

#[tokio::test]
async fn clearing_takes_the_controls_of_actions_out_of_force() {
    let journal = journal("controls").await;
    let actions = two_actions(&journal, [Some(60), Some(60)]).await;
    let both = [1, 2].map(|number| control(number, Some(60)));
    let mut change = journal.begin(second(0)).await.unwrap();
    assert_eq!(controls::clear(&mut change, &[actions[0].id, id(9)]).await.unwrap(), both[..1]);
    assert_eq!(controls::clear(&mut change, &[actions[0].id]).await.unwrap(), []);
    assert_eq!(controls::clear(&mut change, &[]).await.unwrap(), []);
    change.commit().await.unwrap();
    assert_eq!(in_force(&journal, 0).await, both[1..]);
}

#[tokio::test]
async fn a_sweep_removes_what_has_expired() {
    let journal = journal("controls").await;
    two_actions(&journal, [Some(60), Some(61)]).await;
    let mut change = journal.begin(second(0)).await.unwrap();
    assert_eq!(controls::sweep_expired(&mut change).await.unwrap(), []);
    change.commit().await.unwrap();
    let mut change = journal.begin(second(60)).await.unwrap();
    assert_eq!(controls::sweep_expired(&mut change).await.unwrap(), [control(1, Some(60))]);
    change.commit().await.unwrap();
    assert_eq!(in_force(&journal, 0).await, [control(2, Some(61))]);
}

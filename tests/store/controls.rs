//! Controls: in force until cleared or expired.

use host::{
    domain::vocabulary::SubjectType,
    store::{
        actions::Action,
        controls::{self, Control},
        journal::Journal,
    },
};
use serde_json::json;

use crate::{
    actions::{action, done, succeeded},
    support::{assert_none, decide, id, journal, second},
};

/// What an action put in force at second 0, until that second.
pub(crate) fn control(action: &Action, until: i64) -> Control {
    Control {
        id: id(action.id.as_u128() + 0x1000),
        action_id: action.id,
        action_type: action.action_type,
        subject_type: action.subject_type,
        subject: action.subject.clone(),
        value: json!({"halted": true}),
        set_at: second(0),
        expires_at: Some(second(until)),
    }
}

async fn two_actions(journal: &Journal) -> Vec<Action> {
    decide(journal.store(), 1..3, "FIX").await;
    done(journal, 0, &[action(1), action(2)], succeeded).await
}

async fn in_force(journal: &Journal, at: i64) -> Vec<Control> {
    controls::active(journal.store(), SubjectType::Symbol, "NIFTY", second(at)).await.unwrap()
}

#[tokio::test]
async fn controls_are_in_force_until_their_time_comes() {
    let journal = journal("controls").await;
    let actions = two_actions(&journal).await;
    let brief = control(&actions[0], 60);
    let lasting = Control { expires_at: None, ..control(&actions[1], 0) };
    let mut change = journal.begin(second(0)).await.unwrap();
    let set = controls::set(&mut change, &[lasting.clone(), brief.clone()]).await.unwrap();
    change.commit().await.unwrap();
    assert_eq!(set, [brief.id, lasting.id]);
    assert_eq!(in_force(&journal, 59).await, [brief, lasting.clone()]);
    assert_eq!(in_force(&journal, 60).await, [lasting]);
    let others = controls::active(journal.store(), SubjectType::Algorithm, "NIFTY", second(0)).await.unwrap();
    assert_none(&others);
}

#[tokio::test]
async fn an_action_has_one_control() {
    let journal = journal("controls").await;
    let first = control(&two_actions(&journal).await[0], 60);
    let again = Control { id: id(7), expires_at: None, ..first.clone() };
    let mut change = journal.begin(second(0)).await.unwrap();
    assert_none(&controls::set(&mut change, &[]).await.unwrap());
    assert_eq!(controls::set(&mut change, std::slice::from_ref(&first)).await.unwrap(), [first.id]);
    assert_none(&controls::set(&mut change, &[again]).await.unwrap());
    change.commit().await.unwrap();
    assert_eq!(in_force(&journal, 0).await, [first]);
}

#[tokio::test]
async fn clearing_takes_the_controls_of_actions_out_of_force() {
    let journal = journal("controls").await;
    let actions = two_actions(&journal).await;
    let both = [control(&actions[0], 60), control(&actions[1], 60)];
    let mut change = journal.begin(second(0)).await.unwrap();
    controls::set(&mut change, &both).await.unwrap();
    assert_eq!(controls::clear(&mut change, &[actions[0].id, id(9)]).await.unwrap(), both[..1]);
    assert_eq!(controls::clear(&mut change, &[actions[0].id]).await.unwrap(), []);
    assert_eq!(controls::clear(&mut change, &[]).await.unwrap(), []);
    change.commit().await.unwrap();
    assert_eq!(in_force(&journal, 0).await, both[1..]);
}

#[tokio::test]
async fn a_sweep_removes_what_has_expired() {
    let journal = journal("controls").await;
    let actions = two_actions(&journal).await;
    let both = [control(&actions[0], 60), control(&actions[1], 61)];
    let mut change = journal.begin(second(0)).await.unwrap();
    controls::set(&mut change, &both).await.unwrap();
    assert_eq!(controls::sweep_expired(&mut change).await.unwrap(), []);
    change.commit().await.unwrap();
    let mut change = journal.begin(second(60)).await.unwrap();
    assert_eq!(controls::sweep_expired(&mut change).await.unwrap(), both[..1]);
    change.commit().await.unwrap();
    assert_eq!(in_force(&journal, 0).await, both[1..]);
}

//! What each type of action does.

use std::sync::Arc;

use host::{
    actions::{Book, Request, executor},
    domain::{
        family::Family,
        time::{DAY, Timestamp},
        vocabulary::{ActionStatus, ActionType, BlockType, SubjectType},
    },
    store::controls,
};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::support::{Base, act, anomaly_id, cause, halt, minute, nifty, planned, request, webhook};

/// An action, what it is told, the value of its control, and how long that is in force, minutes.
type Case = (ActionType, SubjectType, &'static str, Value, Value, Option<i64>);

fn cases() -> Vec<Case> {
    use ActionType::*;
    use SubjectType::*;
    let bar = minute(7);
    vec![
        (HaltSymbol, Symbol, "NIFTY", json!({"minutes": 15}), json!({}), Some(15)),
        (DiscardBar, Symbol, "NIFTY", json!({"at": bar.0}), json!({"at": bar}), Some(7 * 1_440)),
        (DiscardBar, Symbol, "OTHER", json!({}), json!({"at": minute(0)}), Some(7 * 1_440)),
        (
            WidenLimits,
            Symbol,
            "NIFTY",
            json!({"factor": 1.5, "minutes": 30}),
            json!({"factor": 1.5}),
            Some(30),
        ),
        (PauseAlgorithm, Algorithm, "macd", json!({"minutes": 20.0}), json!({}), Some(20)),
        (
            ReduceWeight,
            Algorithm,
            "macd",
            json!({"factor": 0.5, "minutes": 60}),
            json!({"factor": 0.5}),
            Some(60),
        ),
        (CoolDownUser, User, "asha", json!({"minutes": 30}), json!({}), Some(30)),
        (ReduceLimit, User, "asha", json!({"factor": 0, "minutes": 1}), json!({"factor": 0}), Some(1)),
        (RequireConfirmation, User, "asha", json!({"minutes": 1_440}), json!({}), Some(1_440)),
        (QueueForReview, Anomaly, "", json!({}), json!({}), None),
        (
            AdjustThreshold,
            Detector,
            "price-movement",
            json!({"factor": 1.25, "minutes": 600}),
            json!({"factor": 1.25}),
            Some(600),
        ),
    ]
}

#[tokio::test]
async fn each_action_puts_its_control_in_force() {
    let base = Base::new("executors", 1..20).await;
    let requests: Vec<Request> = (1..)
        .zip(cases())
        .map(|(number, (action, subject_type, subject, parameters, ..))| {
            request(number, 0, planned(action, subject_type, subject, parameters))
        })
        .collect();
    let actions = base.act(minute(10), &requests).await;
    assert_eq!(actions.len(), requests.len());
    for ((number, case), action) in (1..).zip(cases()).zip(&actions) {
        let (action_type, subject_type, subject, parameters, value, minutes) = case;
        let subject = if subject.is_empty() { anomaly_id(number).to_string() } else { subject.to_owned() };
        assert_eq!((action.action_type, action.status), (action_type, ActionStatus::Succeeded));
        assert_eq!((&action.subject, &action.parameters), (&subject, &parameters));
        assert_eq!(action.compensation, Some(json!({ "clear": action_type })));
        let end = minutes.map(|minutes| minute(10 + minutes));
        assert_eq!(action.result, Some(json!({ "value": value, "expires_at": end })));
        let active = base.active(&[(subject_type, subject)], minute(10)).await;
        let control = active.iter().find(|control| control.action_id == action.id).unwrap();
        assert_eq!((control.action_type, &control.value, control.expires_at), (action_type, &value, end));
        if let Some(end) = end {
            let later = base.active(&[(subject_type, control.subject.clone())], end).await;
            assert!(later.iter().all(|control| control.action_id != action.id), "{action_type:?} ends");
        }
    }
    assert_eq!(base.blocks(BlockType::ActionExecuted).await.len(), requests.len());
}

#[tokio::test]
async fn all_types_of_actions_are_covered() {
    let mut covered: Vec<ActionType> = cases().into_iter().map(|case| case.0).collect();
    covered.push(ActionType::Webhook);
    assert!(ActionType::ALL.iter().all(|action| covered.contains(action)));
}

#[tokio::test]
async fn the_ledger_names_no_trader() {
    let base = Base::new("no_trader", 1..2).await;
    let mut cool_down =
        request(1, 0, planned(ActionType::CoolDownUser, SubjectType::User, "asha-7", json!({"minutes": 5})));
    let mut about = cause(1);
    (about.anomaly.family, about.anomaly.subject) = (Family::Behavior, "asha-7".into());
    cool_down.cause = Arc::new(about);
    let mut told = Request {
        planned: planned(ActionType::Webhook, SubjectType::Anomaly, "", json!({"event": "asha-7.was.here"})),
        ..cool_down.clone()
    };
    told.id = anomaly_id(77);
    let actions = base.act(minute(0), &[cool_down, told]).await;
    assert_eq!(actions[0].status, ActionStatus::Succeeded);
    assert_eq!(
        actions[1].error.as_deref(),
        Some("`event` of WEBHOOK names the trader; parameters are kept for ever, so they name nobody")
    );
    let blocks = base.blocks(BlockType::ActionExecuted).await;
    assert_eq!(blocks.len(), 2);
    assert!(!format!("{blocks:?}").contains("asha"), "{blocks:?}");
}

#[tokio::test]
async fn what_cannot_be_done_is_recorded_as_failed_and_stops_nothing_else() {
    use ActionType::*;
    use SubjectType::*;
    let refused = [
        (HaltSymbol, Symbol, "NIFTY", json!({}), "HALT_SYMBOL needs the parameter `minutes`"),
        (HaltSymbol, Symbol, "", json!({"minutes": 5}), "HALT_SYMBOL names nothing that it is done to"),
        (HaltSymbol, User, "asha", json!({"minutes": 5}), "HALT_SYMBOL is done to a SYMBOL, not to a USER"),
        (
            HaltSymbol,
            Symbol,
            "NIFTY",
            json!({"minutes": 0}),
            "`minutes` of HALT_SYMBOL is 0; it has to be from 1 to 1440",
        ),
        (
            WidenLimits,
            Symbol,
            "NIFTY",
            json!({"minutes": 5, "factor": 0.5}),
            "`factor` of WIDEN_LIMITS is 0.5; it has to be from 1 to 10",
        ),
        (
            ReduceWeight,
            Algorithm,
            "macd",
            json!({"minutes": 5, "factor": "half"}),
            "`factor` of REDUCE_WEIGHT is not a number",
        ),
        (DiscardBar, Symbol, "NIFTY", json!({"at": "noon"}), "`at` of DISCARD_BAR is not a moment"),
        (
            CoolDownUser,
            User,
            "asha",
            json!({"minuts": 5}),
            "COOL_DOWN_USER has no parameter `minuts`; it takes minutes",
        ),
        (
            QueueForReview,
            Anomaly,
            "",
            json!({"minutes": 5}),
            "QUEUE_FOR_REVIEW has no parameter `minutes`; it takes none",
        ),
    ];
    let base = Base::new("refused", 1..30).await;
    let mut requests: Vec<Request> = (1..)
        .zip(&refused)
        .map(|(number, (action, subject_type, subject, parameters, _))| {
            request(number, 0, planned(*action, *subject_type, subject, parameters.clone()))
        })
        .collect();
    requests.push(request(29, 0, halt(5)));
    let actions = base.act(minute(0), &requests).await;
    for (action, (.., error)) in actions.iter().zip(&refused) {
        assert_eq!((action.status, action.error.as_deref()), (ActionStatus::Failed, Some(*error)));
        assert_eq!(action.parameters, json!({}));
    }
    let active = controls::in_force(base.store(), minute(0), 100).await.unwrap();
    assert_eq!(active.iter().map(|control| control.action_id).collect::<Vec<_>>(), [actions[9].id]);
}

#[tokio::test]
async fn a_message_that_is_too_large_is_not_sent() {
    let base = Base::new("large", 1..2).await;
    let mut large = request(1, 0, webhook());
    let mut about = cause(1);
    about.reason = "x".repeat(20_000);
    large.cause = Arc::new(about);
    let action = base.act(minute(0), &[large]).await.remove(0);
    assert!(action.error.unwrap().ends_with("receivers take at most 20000"));
}

#[tokio::test]
async fn an_action_asked_for_again_is_not_repeated() {
    let base = Base::new("again", 1..3).await;
    let first = base.act(minute(0), &[request(1, 0, halt(15))]).await;
    let again = base.act(minute(5), &[request(1, 1, halt(60)), request(2, 0, halt(15))]).await;
    assert_eq!(again[0], first[0]);
    assert_eq!(base.act(minute(5), &[request(1, 0, halt(15))]).await, first);
    let in_force = controls::in_force(base.store(), minute(6), 100).await.unwrap();
    assert_eq!(in_force.len(), 2);
    let mut revised = request(1, 2, halt(15));
    revised.cause = Arc::new(host::actions::Cause { revision: 1, ..cause(1) });
    assert_ne!(base.act(minute(6), &[revised]).await[0].id, first[0].id);
    assert_eq!(base.blocks(BlockType::ActionExecuted).await.len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn hosts_that_ask_for_one_action_at_once_do_it_once() {
    let base = Base::new("at_once", 1..2).await;
    let mut hosts = JoinSet::new();
    for place in [0, 0, 0, 1, 2, 3] {
        let host = base.other_host().await;
        hosts.spawn(async move { act(&host, minute(0), &[request(1, place, halt(5))]).await.remove(0).id });
    }
    let mut ids = hosts.join_all().await;
    ids.dedup();
    assert_eq!(ids.len(), 1);
    let active = base.active(&nifty(), minute(0)).await;
    assert_eq!(active.iter().map(|control| control.action_id).collect::<Vec<_>>(), ids);
    assert_eq!(base.blocks(BlockType::ActionExecuted).await.len(), 1);
}

#[tokio::test]
async fn of_equal_requests_the_first_counts() {
    let base = Base::new("equal", 1..2).await;
    let requests = [request(1, 9, halt(15)), request(1, 1, halt(60)), request(1, 2, webhook())];
    let actions = base.act(minute(0), &requests).await;
    assert_eq!(actions.iter().map(|action| action.id).collect::<Vec<_>>(), [requests[0].id, requests[2].id]);
    let mut book = Book::default();
    let simulated: Vec<_> = requests.iter().map(|request| book.simulate(request, minute(0)).id).collect();
    assert_eq!(simulated, [requests[0].id, requests[0].id, requests[2].id]);
}

#[tokio::test]
async fn bars_and_messages_are_things_of_their_own() {
    let base = Base::new("things", 1..2).await;
    let discard = |at| planned(ActionType::DiscardBar, SubjectType::Symbol, "NIFTY", json!({ "at": at }));
    let tell = |to| planned(ActionType::Webhook, SubjectType::Anomaly, "", json!({ "endpoint": to }));
    let requests = [discard(1), discard(2)].into_iter().chain([tell("a"), tell("b")]);
    let requests: Vec<_> = (0..).zip(requests).map(|(place, planned)| request(1, place, planned)).collect();
    assert_eq!(base.act(minute(0), &requests).await.len(), 4);
}

#[test]
fn a_moment_is_a_number_or_a_text() {
    let mut book = Book::default();
    let texts = [json!(minute(3).0), json!(minute(3).0.to_string()), json!(minute(3).to_string())];
    for (number, at) in (1..).zip(texts) {
        let discard = planned(ActionType::DiscardBar, SubjectType::Symbol, "NIFTY", json!({ "at": at }));
        let result = book.simulate(&request(number, 0, discard), minute(5)).result.unwrap();
        assert_eq!(result["value"], json!({ "at": minute(3) }));
        assert_eq!(result["expires_at"], json!(Timestamp(minute(5).0 + 7 * DAY)));
    }
}

#[tokio::test]
async fn a_message_waits_and_its_action_is_pending() {
    let base = Base::new("pending", 1..2).await;
    let action = base.act(minute(0), &[request(1, 0, webhook())]).await.remove(0);
    assert_eq!((action.status, action.attempts), (ActionStatus::Pending, 0));
    assert_eq!(base.blocks(BlockType::ActionExecuted).await.len(), 0);
    assert_eq!(Book::default().simulate(&request(1, 0, webhook()), minute(0)), action);
    assert_eq!(executor(ActionType::Webhook).subject_type(), SubjectType::Anomaly);
}

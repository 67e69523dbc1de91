use host::{
    domain::vocabulary::{ActionStatus, ActionType},
    store::{
        actions::{self, Action, ActionStatistics, Finished, Performance, SuccessRate},
        page::Period,
    },
};

use super::{action, create, done, failed, succeeded};
use crate::support::{decide, journal, second};

/// Takes as many microseconds as its number.
fn timed(action: &Action) -> Finished {
    Finished { duration: action.id.as_u128() as i64 - 0xA000, ..succeeded(action) }
}

#[tokio::test]
async fn of_no_actions_there_are_no_figures() {
    let journal = journal("actions").await;
    let (store, ever) = (journal.store(), Period::default());
    assert_eq!(actions::statistics(store, ever).await.unwrap(), []);
    let rates = actions::success_rate(store, ever).await.unwrap();
    assert_eq!(rates, [SuccessRate { action_type: None, finished: 0, succeeded: 0, rate: None }]);
    let nothing = Performance { action_type: None, finished: 0, mean: None, p50: None, p95: None, p99: None };
    assert_eq!(actions::performance(store, ever).await.unwrap(), [nothing]);
}

#[tokio::test]
async fn one_action_is_all_its_percentiles() {
    let journal = journal("actions").await;
    decide(journal.store(), 1..3, "FIX").await;
    done(&journal, 0, &[action(2)], timed).await;
    let two = Some(2.0);
    let all = Performance { action_type: None, finished: 1, mean: two, p50: two, p95: two, p99: two };
    let halts = Performance { action_type: Some(ActionType::HaltSymbol), ..all.clone() };
    assert_eq!(actions::performance(journal.store(), Period::default()).await.unwrap(), [all, halts]);
}

#[tokio::test]
async fn percentiles_are_interpolated() {
    let journal = journal("actions").await;
    decide(journal.store(), 1..101, "FIX").await;
    let new: Vec<_> = (1..101).map(action).collect();
    done(&journal, 0, &new, timed).await;
    let all = actions::performance(journal.store(), Period::default()).await.unwrap().remove(0);
    // Of 1 to 100: between the 50th and the 51st, and so on.
    let close = |value: Option<f64>, expected: f64| (value.unwrap() - expected).abs() < 1e-9;
    assert!(close(all.mean, 50.5) && close(all.p50, 50.5), "{all:?}");
    assert!(close(all.p95, 95.05) && close(all.p99, 99.01), "{all:?}");
}

#[tokio::test]
async fn rates_count_what_is_finished() {
    let journal = journal("actions").await;
    decide(journal.store(), 1..9, "FIX").await;
    let undone = done(&journal, 0, &[1, 2, 3].map(action), succeeded).await.remove(0);
    done(&journal, 0, &[action(4)], failed).await;
    let mut webhook = action(5);
    webhook.action_type = ActionType::Webhook;
    create(&journal, 0, &[webhook]).await;
    let mut change = journal.begin(second(2)).await.unwrap();
    actions::mark_rolled_back(&mut change, undone.id, "operator", "false alarm").await.unwrap();
    change.commit().await.unwrap();

    let rates = actions::success_rate(journal.store(), Period::default()).await.unwrap();
    let all = SuccessRate { action_type: None, finished: 4, succeeded: 3, rate: Some(0.75) };
    let halts = SuccessRate { action_type: Some(ActionType::HaltSymbol), ..all.clone() };
    let webhooks =
        SuccessRate { action_type: Some(ActionType::Webhook), finished: 0, succeeded: 0, rate: None };
    assert_eq!(rates, [all, halts, webhooks]);
}

#[tokio::test]
async fn actions_are_counted_by_type_and_status() {
    let journal = journal("actions").await;
    decide(journal.store(), 1..3, "FIX").await;
    decide(journal.store(), 3..5, "REVIEW").await;
    done(&journal, 0, &[1, 2, 3].map(action), timed).await;
    create(&journal, 1, &[action(4)]).await;
    let action_type = ActionType::HaltSymbol;
    let pending = ActionStatistics {
        action_type,
        status: ActionStatus::Pending,
        actions: 1,
        fixes: 0,
        mean_duration: None,
    };
    let done = ActionStatistics {
        action_type,
        status: ActionStatus::Succeeded,
        actions: 3,
        fixes: 2,
        mean_duration: Some(2.0),
    };
    let ever = actions::statistics(journal.store(), Period::default()).await.unwrap();
    assert_eq!(ever, [pending.clone(), done]);
    let later = Period { from: Some(second(1)), until: Some(second(2)) };
    assert_eq!(actions::statistics(journal.store(), later).await.unwrap(), [pending]);
}

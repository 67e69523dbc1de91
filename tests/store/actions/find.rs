use host::{
    domain::vocabulary::{ActionStatus, ActionType, SubjectType},
    store::{
        actions::{self, Action, ActionFilter},
        page::{Page, Period, Window},
    },
};

use super::{action, create, done, failed, irreversible, succeeded};
use crate::support::{assert_none, decide, id, journal, second};

fn numbers(actions: &[Action]) -> Vec<u128> {
    actions.iter().map(|action| action.id.as_u128() - 0xA000).collect()
}

fn ends(page: &Page<Action>) -> (Vec<u128>, bool) {
    (numbers(&page.items), page.next.is_none())
}

#[tokio::test]
async fn an_empty_store_has_no_actions() {
    let journal = journal("actions").await;
    let (store, window) = (journal.store(), Window::first(10));
    for page in [
        actions::find(store, &ActionFilter::default(), window).await.unwrap(),
        actions::recent(store, window).await.unwrap(),
        actions::failed(store, window).await.unwrap(),
        actions::pending(store, window).await.unwrap(),
        actions::for_rollback(store, window).await.unwrap(),
    ] {
        assert_eq!(page, Page { items: vec![], next: None });
    }
    assert_none(&actions::get(store, &[]).await.unwrap());
    assert_none(&actions::for_decisions(store, &[id(1)]).await.unwrap());
}

#[tokio::test]
async fn pages_go_on_within_one_moment_and_end_exactly() {
    let journal = journal("actions").await;
    decide(journal.store(), 1..9, "FIX").await;
    // Two moments, the border of a page within one of them.
    create(&journal, 0, &[1, 2, 3].map(action)).await;
    create(&journal, 1, &[4, 5, 6].map(action)).await;
    let store = journal.store();
    let first = actions::recent(store, Window::first(2)).await.unwrap();
    assert_eq!(ends(&first), (vec![6, 5], false));
    let second_page = actions::recent(store, Window::first(2).after(first.next.unwrap())).await.unwrap();
    assert_eq!(ends(&second_page), (vec![4, 3], false));
    let last = actions::recent(store, Window::first(2).after(second_page.next.unwrap())).await.unwrap();
    assert_eq!(ends(&last), (vec![2, 1], true));

    let oldest = actions::pending(store, Window::first(4)).await.unwrap();
    assert_eq!(ends(&oldest), (vec![1, 2, 3, 4], false));
    let rest = actions::pending(store, Window::first(4).after(oldest.next.unwrap())).await.unwrap();
    assert_eq!(ends(&rest), (vec![5, 6], true));
}

#[tokio::test]
async fn actions_are_found_by_how_far_they_are() {
    let journal = journal("actions").await;
    decide(journal.store(), 1..9, "FIX").await;
    done(&journal, 0, &[action(1), action(2)], succeeded).await;
    done(&journal, 1, &[action(3)], irreversible).await;
    done(&journal, 2, &[action(4)], failed).await;
    create(&journal, 3, &[action(5)]).await;
    let (store, window) = (journal.store(), Window::first(10));
    assert_eq!(numbers(&actions::failed(store, window).await.unwrap().items), [4]);
    assert_eq!(numbers(&actions::pending(store, window).await.unwrap().items), [5]);
    assert_eq!(numbers(&actions::for_rollback(store, window).await.unwrap().items), [2, 1]);
    let first = actions::for_rollback(store, Window::first(1)).await.unwrap();
    let rest = actions::for_rollback(store, Window::first(1).after(first.next.unwrap())).await.unwrap();
    assert_eq!(ends(&rest), (vec![1], true));
    let succeeded = ActionFilter { status: Some(ActionStatus::Succeeded), ..ActionFilter::default() };
    assert_eq!(numbers(&actions::find(store, &succeeded, window).await.unwrap().items), [3, 2, 1]);
}

#[tokio::test]
async fn actions_are_found_by_type_subject_and_time() {
    let journal = journal("actions").await;
    decide(journal.store(), 1..9, "FIX").await;
    let mut pause = action(2);
    (pause.action_type, pause.subject_type) = (ActionType::PauseAlgorithm, SubjectType::Algorithm);
    pause.subject = "macd".into();
    create(&journal, 0, &[action(1), pause]).await;
    create(&journal, 5, &[action(3)]).await;
    let find = async |filter: ActionFilter| {
        numbers(&actions::find(journal.store(), &filter, Window::first(10)).await.unwrap().items)
    };
    let all = ActionFilter::default;
    assert_eq!(find(ActionFilter { action_type: Some(ActionType::HaltSymbol), ..all() }).await, [3, 1]);
    assert_eq!(find(ActionFilter { subject_type: Some(SubjectType::Algorithm), ..all() }).await, [2]);
    assert_eq!(find(ActionFilter { subject: Some("NIFTY".into()), ..all() }).await, [3, 1]);
    let until = Period { from: None, until: Some(second(5)) };
    assert_eq!(find(ActionFilter { requested: until, ..all() }).await, [2, 1]);
    let from = Period { from: Some(second(5)), until: None };
    assert_eq!(find(ActionFilter { requested: from, ..all() }).await, [3]);
}

#[tokio::test]
async fn actions_are_found_by_their_ids_and_decisions() {
    let journal = journal("actions").await;
    decide(journal.store(), 1..3, "FIX").await;
    let mut third = action(3);
    third.decision_id = id(1);
    create(&journal, 1, &[action(1), action(2)]).await;
    create(&journal, 0, &[third]).await;
    let found = actions::get(journal.store(), &[id(0xA003), id(7), id(0xA001)]).await.unwrap();
    assert_eq!(numbers(&found), [1, 3]);
    let of_decisions = actions::for_decisions(journal.store(), &[id(2), id(1), id(9)]).await.unwrap();
    assert_eq!(numbers(&of_decisions), [3, 1, 2]);
}

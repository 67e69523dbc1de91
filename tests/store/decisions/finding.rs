use host::{
    domain::vocabulary::{DecidedBy, DecisionStatus, DecisionType},
    store::{
        decisions::{self, Decision, DecisionFilter, NewDecision, Override},
        page::{Cursor, Period, Window},
    },
};
use uuid::Uuid;

use crate::scene::{NONE, Scene, decision, id, minute, pages, pending};

fn ids(decisions: &[Decision]) -> Vec<Uuid> {
    decisions.iter().map(|decision| decision.id).collect()
}

#[tokio::test]
async fn decisions_are_found_by_every_filter() {
    let scene = Scene::new("decisions_found").await;
    let mut by_policy = decision(2, DecisionType::Fix);
    by_policy.answer.decided_by = DecidedBy::Policy;
    (by_policy.answer.provider, by_policy.answer.confidence) = (None, None);
    let mut sure = decision(3, DecisionType::Fix);
    sure.answer.confidence = Some(0.875);
    scene.decide(&[decision(1, DecisionType::Keep), by_policy, sure, pending(4)]).await;
    let find = async |filter: DecisionFilter| {
        ids(&decisions::find(scene.store(), &filter, Window::first(9)).await.unwrap().items)
    };
    let all = DecisionFilter::default;
    assert_eq!(find(all()).await, [id(4), id(3), id(2), id(1)]);
    assert_eq!(find(DecisionFilter { decision: Some(DecisionType::Fix), ..all() }).await, [id(3), id(2)]);
    assert_eq!(find(DecisionFilter { status: Some(DecisionStatus::Pending), ..all() }).await, [id(4)]);
    assert_eq!(find(DecisionFilter { status: Some(DecisionStatus::Overridden), ..all() }).await, NONE);
    assert_eq!(find(DecisionFilter { decided_by: Some(DecidedBy::Policy), ..all() }).await, [id(2)]);
    let provider = Some("anthropic".into());
    assert_eq!(find(DecisionFilter { provider, ..all() }).await, [id(4), id(3), id(1)]);
    assert_eq!(find(DecisionFilter { min_confidence: Some(0.875), ..all() }).await, [id(3)]);
    assert_eq!(find(DecisionFilter { max_confidence: Some(0.5), ..all() }).await, [id(4), id(1)]);
    assert_eq!(find(DecisionFilter { min_confidence: Some(f64::NAN), ..all() }).await, NONE);
    let decided = Period { from: Some(minute(2)), until: Some(minute(4)) };
    assert_eq!(find(DecisionFilter { decided, ..all() }).await, [id(3), id(2)]);
}

#[tokio::test]
async fn pages_neither_repeat_nor_miss_decisions_of_one_moment() {
    let scene = Scene::new("decisions_pages").await;
    let same: Vec<_> = (1..=4)
        .map(|number| {
            let mut new = decision(number, DecisionType::Review);
            new.answer.decided_at = minute(0);
            new
        })
        .collect();
    scene.decide(&same).await;
    let find =
        async |window: Window| decisions::find(scene.store(), &DecisionFilter::default(), window).await;
    let review = async |window: Window| decisions::for_review(scene.store(), window).await;
    for (limit, count) in [(1, 4), (2, 2), (3, 2), (4, 1)] {
        let newest = pages(limit, find).await;
        assert_eq!(newest.len(), count);
        let newest: Vec<_> = newest.iter().flat_map(|page| ids(&page.items)).collect();
        assert_eq!(newest, [id(4), id(3), id(2), id(1)], "pages of {limit}");
        let queue = pages(limit, review).await;
        assert_eq!(queue.len(), count);
        let queue: Vec<_> = queue.iter().flat_map(|page| ids(&page.items)).collect();
        assert_eq!(queue, [id(1), id(2), id(3), id(4)], "pages of {limit}");
    }
    assert_eq!(review(Window::first(2)).await.unwrap().next, Some(Cursor { at: minute(0), id: id(2) }));
}

#[tokio::test]
async fn the_queue_for_review_has_what_waits_for_a_person_and_nothing_else() {
    let scene = Scene::new("decisions_review").await;
    let queue = async || {
        let page = decisions::for_review(scene.store(), Window::first(9)).await.unwrap();
        assert_eq!(page.next, None);
        ids(&page.items)
    };
    assert_eq!(queue().await, NONE);
    let review: fn(i64) -> NewDecision = |number| decision(number, DecisionType::Review);
    scene.decide(&[review(3), review(1), decision(2, DecisionType::Fix), pending(4), review(5)]).await;
    assert_eq!(queue().await, [id(1), id(3), id(5)]);
    let kept = Override {
        revision: 0,
        decision: DecisionType::Keep,
        reason: "expiry day".into(),
        by: "mira".into(),
    };
    scene.change(async |change| decisions::overrule(change, id(3), &kept).await).await.unwrap();
    let stays = Override { decision: DecisionType::Review, ..kept };
    scene.change(async |change| decisions::overrule(change, id(5), &stays).await).await.unwrap();
    assert_eq!(queue().await, [id(1)]);
    let answer = review(4).answer;
    scene.change(async |change| decisions::settle(change, id(4), answer).await).await.unwrap();
    assert_eq!(queue().await, [id(1), id(4)]);
}

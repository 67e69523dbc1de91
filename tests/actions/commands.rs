//! `host actions`, as an operator runs it.

use host::{
    actions::roll_back,
    domain::vocabulary::{ActionStatus, SubjectType},
    store::actions,
};

use crate::{
    receiver::{Answer, Receiver, SECRET},
    support::{Base, halt, minute, nifty, request, webhook},
};

#[tokio::test(flavor = "multi_thread")]
async fn an_action_is_listed_and_undone() {
    let base = Base::new("listed", 1..3).await;
    let done = base.act(minute(0), &[request(1, 0, halt(5)), request(2, 0, halt(0))]).await;
    let (id, failed) = (done[0].id.to_string(), done[1].id.to_string());
    let list = base.host("", &["actions", "list"]);
    assert!(list.out.contains(&id) && list.out.contains("SYMBOL NIFTY"), "{list:?}");
    let list = base.host("", &["actions", "list", "--failed"]);
    assert!(list.out.contains("`minutes` of HALT_SYMBOL is 0") && !list.out.contains(&id), "{list:?}");
    let undone = base.host("", &["actions", "rollback", &id, "--reason", "a drill", "--by", "ravi"]);
    assert_eq!(
        (undone.code, undone.out.as_str()),
        (0, "HALT_SYMBOL is undone for SYMBOL NIFTY.\n"),
        "{undone:?}"
    );
    assert_eq!(base.active(&nifty(), minute(0)).await, []);
    let action = actions::get(base.store(), &[done[0].id]).await.unwrap().remove(0);
    assert_eq!((action.status, action.rolled_back_by.as_deref()), (ActionStatus::RolledBack, Some("ravi")));
    let again = base.host("", &["actions", "rollback", &id, "--reason", "once more"]);
    assert!(again.code == 1 && again.err.contains("is rolled back already"), "{again:?}");
    let never = base.host("", &["actions", "rollback", &failed, "--reason", "a drill"]);
    assert!(never.err.contains("is FAILED; only one that succeeded can be rolled back"), "{never:?}");
    let unknown =
        base.host("", &["actions", "rollback", &uuid::Uuid::nil().to_string(), "--reason", "a drill"]);
    assert!(unknown.err.contains("`host actions list` shows which there are"), "{unknown:?}");
}

#[tokio::test]
async fn what_others_did_stays_in_force() {
    let base = Base::new("others", 1..3).await;
    let done = base.act(minute(0), &[request(1, 0, halt(5)), request(2, 0, halt(5))]).await;
    let undone = roll_back(&base, done[0].id, "ravi", "a drill", minute(1)).await.unwrap().unwrap();
    assert_eq!(undone.subject_type, SubjectType::Symbol);
    let active = base.active(&nifty(), minute(1)).await;
    assert_eq!(active.iter().map(|control| control.action_id).collect::<Vec<_>>(), [done[1].id]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_stops_looks_and_resumes() {
    let base = Base::new("operator", 1..2).await;
    let queue = crate::support::planned(
        host::domain::vocabulary::ActionType::QueueForReview,
        SubjectType::Anomaly,
        "",
        serde_json::json!({}),
    );
    base.act(minute(0), &[request(1, 0, queue)]).await;
    let on = base.host("[actions]\nmost_per_interval = 9\n", &["actions", "status"]);
    assert!(on.out.starts_with("Automatic actions are on.\n0 of 9 in the last 60 minutes.\n"), "{on:?}");
    assert!(on.out.contains("QUEUE_FOR_REVIEW  ANOMALY") && on.out.contains("until it is cleared"), "{on:?}");
    let stop = base.host("", &["actions", "stop", "--reason", "the feed is broken", "--by", "ravi"]);
    assert!(stop.code == 0 && stop.out.starts_with("No host acts by itself"), "{stop:?}");
    let status = base.host("", &["actions", "status"]);
    assert!(status.out.contains("by ravi: the feed is broken"), "{status:?}");
    let resume = base.host("", &["actions", "resume", "--reason", "it is repaired"]);
    assert_eq!(resume.out, "Hosts act by themselves again.\n", "{resume:?}");
    let off = base.host("[actions]\nautomatic = false\n", &["actions", "status"]);
    assert!(off.out.starts_with("Automatic actions are off in the configuration"), "{off:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_are_delivered_and_dead_ones_sent_again() {
    let base = Base::new("messages", 1..2).await;
    base.act(minute(0), &[request(1, 0, webhook())]).await;
    let receiver = Receiver::start([Answer::Status(410)]).await;
    let settings = format!(
        "[webhooks.default]\nurl = '{}'\nsecrets = ['{SECRET}']\nallow_private = true\n",
        receiver.url()
    );
    let gone = base.host(&settings, &["actions", "deliver"]);
    assert_eq!(gone.out, "0 delivered, 0 to be tried again, 1 given up\n", "{gone:?}");
    let list = base.host(&settings, &["actions", "webhooks", "list"]);
    assert!(list.out.contains("the receiver answered 410"), "{list:?}");
    let id = list.out.lines().nth(1).unwrap().split_whitespace().next().unwrap();
    let retry = base.host(&settings, &["actions", "webhooks", "retry", id]);
    assert!(retry.code == 0 && retry.out.starts_with("1 of 1 are due again"), "{retry:?}");
    let sent = base.host(&settings, &["actions", "deliver"]);
    assert_eq!(sent.out, "1 delivered, 0 to be tried again, 0 given up\n", "{sent:?}");
    assert_eq!(receiver.got().len(), 2);
    for said in [gone, list, retry, sent] {
        assert!(!said.said().contains("path-secret") && !said.said().contains(SECRET), "{said:?}");
    }
    let bad = base
        .host("[webhooks.default]\nurl = 'http://hunter2.example/'\nsecrets = []\n", &["actions", "deliver"]);
    assert!(bad.code == 1 && bad.err.contains("webhooks.default.url"), "{bad:?}");
    assert!(!bad.err.contains("hunter2"), "{bad:?}");
}

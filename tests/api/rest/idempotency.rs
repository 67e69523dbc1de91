use futures::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};

use super::{Answer, Rest, id, seeded};

async fn keyed(rest: &Rest, path: &str, body: &Value, key: &str) -> Answer {
    Answer::of(rest.request(Method::POST, path).json(body).header("idempotency-key", key)).await
}

#[tokio::test]
async fn a_request_that_is_sent_again_is_done_once() {
    let rest = seeded("rest_once").await;
    let path = "/api/notifications/recipients";
    let changes = async || rest.blocks("RECIPIENT_CHANGED").await;
    let before = changes().await;
    let desk = json!({ "name": "desk", "preferences": { "channels": ["LOG"] } });
    let first = keyed(&rest, path, &desk, "k1").await;
    let again = keyed(&rest, path, &desk, "k1").await;
    assert_eq!((first.status.as_u16(), first.json()), (201, again.json()));
    assert_eq!(again.status, first.status);
    assert_eq!(again.header("idempotent-replayed"), "true");
    assert_eq!(again.header("content-type"), first.header("content-type"));
    assert!(first.header("idempotent-replayed").is_empty());
    assert_eq!(changes().await, before + 1);
    keyed(&rest, path, &desk, "k2").await.json();
    assert_eq!(changes().await, before + 2, "another key is another request");

    let other = json!({ "name": "other desk", "preferences": { "channels": ["LOG"] } });
    let problem = keyed(&rest, path, &other, "k1").await.problem(422);
    assert_eq!(problem["code"], "IDEMPOTENCY_MISMATCH");
    keyed(&rest, "/api/notifications", &desk, "k1").await.problem(422);
    for odd in ["", "a b", &"x".repeat(256)] {
        keyed(&rest, path, &desk, odd).await.problem(400);
    }
    assert_eq!(changes().await, before + 2);
}

#[tokio::test]
async fn of_requests_at_once_one_is_done() {
    let rest = seeded("rest_at_once").await;
    let before = rest.blocks("RECIPIENT_CHANGED").await;
    let recipient = json!({ "name": "desk", "preferences": { "channels": ["LOG"] } });
    let sent = (0..12).map(|_| keyed(&rest, "/api/notifications/recipients", &recipient, "k"));
    let answers = join_all(sent).await;
    let (done, waiting): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 201);
    assert!(!done.is_empty());
    assert!(done.iter().all(|answer| answer.text == done[0].text), "all of the same one");
    for answer in waiting {
        assert_eq!(answer.problem(409)["code"], "IDEMPOTENCY_UNDER_WAY");
        assert_eq!(answer.header("retry-after"), "1");
    }
    assert_eq!(rest.blocks("RECIPIENT_CHANGED").await, before + 1);
}

#[tokio::test]
async fn what_was_refused_is_tried_again_and_what_its_host_left_too() {
    let rest = seeded("rest_refused").await;
    let decision = rest.first("/api/decisions").await;
    let path = format!("/api/decisions/{}/override", id(&decision));
    let wrong = json!({ "decision": "KEEP", "reason": "" });
    for _ in 0..2 {
        let refused = keyed(&rest, &path, &wrong, "k").await;
        refused.problem(422);
        assert!(refused.header("idempotent-replayed").is_empty(), "a refusal is not kept");
    }
    let right = json!({ "decision": "KEEP", "reason": "looked at it" });
    let done = keyed(&rest, &path, &right, "k").await;
    done.json();
    assert_eq!(keyed(&rest, &path, &right, "k").await.header("idempotent-replayed"), "true");

    let take = "UPDATE idempotency_keys SET response = NULL, created_at = created_at - interval '1 hour'";
    sqlx::raw_sql(take).execute(&rest.database.pool).await.unwrap();
    let after_crash = keyed(&rest, &path, &right, "k").await;
    assert!(after_crash.header("idempotent-replayed").is_empty(), "its host died: it is done anew");
    let expire = "UPDATE idempotency_keys SET created_at = created_at - interval '2 days',
        expires_at = expires_at - interval '2 days'";
    sqlx::raw_sql(expire).execute(&rest.database.pool).await.unwrap();
    let other = json!({ "decision": "KEEP", "reason": "a day later" });
    keyed(&rest, &path, &other, "k").await.json();
}

#[tokio::test]
async fn what_was_done_is_not_done_again_though_its_answer_is_not_kept() {
    let rest = seeded("rest_long").await;
    let row = json!({ "timestamp": 1, "symbol": "TEST", "close": "9".repeat(1_500) });
    let rows = Value::from(vec![row; 1_000]);
    let first = keyed(&rest, "/api/ingest/bars", &rows, "long").await;
    assert_eq!(first.json()["rejectedCount"], 1_000);
    assert!(first.text.len() > 1 << 20, "it has to be too long to be kept");
    let again = keyed(&rest, "/api/ingest/bars", &rows, "long").await;
    assert_eq!(again.problem(410)["code"], "IDEMPOTENCY_ANSWER_NOT_KEPT");
}

#[tokio::test]
async fn only_so_much_is_kept_for_a_caller() {
    let rest = seeded("rest_room").await;
    let told = json!({ "priority": "LOW", "title": "Old", "body": "news" });
    keyed(&rest, "/api/notifications", &told, "a").await.json();
    let used = "UPDATE idempotency_usage SET keys = keys + 2000000";
    sqlx::raw_sql(used).execute(&rest.database.pool).await.unwrap();
    let refused = keyed(&rest, "/api/notifications", &told, "b").await;
    assert_eq!(refused.problem(429)["code"], "OVERLOADED");
    assert_eq!(keyed(&rest, "/api/notifications", &told, "a").await.header("idempotent-replayed"), "true");
    rest.post("/api/notifications", &told).await.json();
}

#[tokio::test]
async fn expired_keys_are_removed() {
    let rest = seeded("rest_expired").await;
    let told = json!({ "priority": "LOW", "title": "Old", "body": "news" });
    for key in ["a", "b", "c"] {
        keyed(&rest, "/api/notifications", &told, key).await.json();
    }
    let expire = "UPDATE idempotency_keys SET created_at = created_at - interval '2 days',
        expires_at = expires_at - interval '2 days'";
    sqlx::raw_sql(expire).execute(&rest.database.pool).await.unwrap();
    keyed(&rest, "/api/notifications", &told, "d").await.json();
    let kept =
        sqlx::query_scalar::<_, String>("SELECT key FROM idempotency_keys").fetch_all(&rest.database.pool);
    assert_eq!(kept.await.unwrap(), ["d"]);
}

//! API keys, from the command that makes them to the request that they open.

use host::domain::time::{MINUTE, Timestamp};
use reqwest::StatusCode;
use serde_json::{Value, json};
use sqlx::query;
use tests::{database::Database, serving::Site};

use crate::support::{SOMETHING, client, get, guarded, key, problem, status, until};

#[tokio::test]
async fn a_key_opens_what_its_scope_covers() {
    let (_database, site) = guarded("scopes").await;
    let (viewer, ingest) = (key(&site, "desk", "viewer"), key(&site, "feed", "ingest"));
    let both = key(&site, "both", "ingest,viewer");
    let serving = site.serve();
    assert_eq!(status(&serving, SOMETHING, Some(&viewer)).await, StatusCode::NOT_FOUND);
    assert_eq!(status(&serving, SOMETHING, Some(&both)).await, StatusCode::NOT_FOUND);
    let refused = problem(get(&serving, SOMETHING, Some(&ingest)).await).await;
    assert_eq!(refused["code"], "FORBIDDEN");
    assert!(refused["detail"].as_str().unwrap().contains("viewer"), "{refused}");
}

#[tokio::test]
async fn what_is_wrong_with_a_credential_is_never_said() {
    let (database, site) = guarded("wrong").await;
    let (expired, revoked) = (key(&site, "expired", "admin"), key(&site, "revoked", "admin"));
    query("UPDATE api_keys SET created_at = now() - interval '2 days', expires_at = now() - interval '1 day' WHERE name = 'expired'")
        .execute(&database.pool)
        .await
        .unwrap();
    assert_eq!(site.host(&["key", "revoke", "revoked"]).code, 0);
    let unknown = format!("vyk_{}", "A".repeat(43));
    let serving = site.serve();
    let mut said = Vec::new();
    for wrong in [expired.as_str(), &revoked, &unknown, "vyk_short", "nonsense", "a.b.c", ""] {
        let answer = get(&serving, SOMETHING, Some(wrong)).await;
        assert_eq!(answer.headers()["www-authenticate"], "Bearer");
        let mut problem = problem(answer).await;
        assert_eq!(problem["code"], "UNAUTHENTICATED");
        problem.as_object_mut().unwrap().remove("instance");
        said.push(problem);
    }
    assert!(said.iter().all(|problem| *problem == said[0]), "{said:?}");
}

#[tokio::test]
async fn without_a_key_only_the_public_answers() {
    let (_database, site) = guarded("public").await;
    let serving = site.serve();
    for public in ["/api/health/live", "/api/version"] {
        assert_eq!(status(&serving, public, None).await, StatusCode::OK, "{public}");
    }
    for closed in [SOMETHING, "/api/anomalies/nonsense"] {
        let refused = problem(get(&serving, closed, None).await).await;
        assert_eq!(refused["code"], "UNAUTHENTICATED");
        assert!(refused["detail"].as_str().unwrap().contains("host key create"), "{refused}");
    }
}

#[tokio::test]
async fn a_new_key_works_at_once_and_a_revoked_one_soon_no_more_on_all_hosts() {
    let (database, site) = guarded("revoked").await;
    let one = site.serve();
    let other = second(&database, &site).serve();
    let key = key(&site, "desk", "viewer");
    for serving in [&one, &other] {
        assert_eq!(status(serving, SOMETHING, Some(&key)).await, StatusCode::NOT_FOUND);
    }
    assert_eq!(site.host(&["key", "revoke", "desk"]).code, 0);
    until(&one, SOMETHING, &key, StatusCode::UNAUTHORIZED).await;
    until(&other, SOMETHING, &key, StatusCode::UNAUTHORIZED).await;
}

/// Another site over the database, whose host may sign as well.
fn second(database: &Database, first: &Site) -> Site {
    let site = Site::new(database).with("VYOMO_SERVER__DEVELOPMENT", "false");
    let request = first.path("request.json");
    let request = request.to_str().unwrap();
    let asked = site.host(&["ledger", "key", "request", "--out", request]);
    assert_eq!(asked.code, 0, "{asked:?}");
    let admitted = first.host(&["ledger", "key", "admit", request]);
    assert_eq!(admitted.code, 0, "{admitted:?}");
    site
}

#[tokio::test]
async fn a_key_ends_by_itself() {
    let (_database, site) = guarded("expiring").await;
    let made = site.host(&["key", "create", "brief", "--scope", "viewer", "--expires", "3s"]);
    let serving = site.serve();
    until(&serving, SOMETHING, made.out.trim_end(), StatusCode::UNAUTHORIZED).await;
}

#[tokio::test]
async fn only_the_hash_is_kept_and_nothing_is_logged() {
    let (database, site) = guarded("secrets").await;
    let site = site.with("VYOMO_LOG__FILTER", "trace");
    let right = key(&site, "desk", "viewer");
    let wrong = format!("vyk_{}", "W".repeat(43));
    let serving = site.serve();
    status(&serving, SOMETHING, Some(&right)).await;
    status(&serving, SOMETHING, Some(&wrong)).await;
    let rows: Vec<Value> = sqlx::query_scalar("SELECT to_jsonb(api_keys) FROM api_keys")
        .fetch_all(&database.pool)
        .await
        .unwrap();
    let used = &rows[0]["last_used_at"];
    assert!(used.is_string(), "{rows:?}");
    let (code, log) = serving.stop();
    assert_eq!(code, 0, "{log}");
    for text in [format!("{rows:?}"), log] {
        for secret in [&right[4..], &wrong[4..]] {
            assert!(!text.contains(secret), "{text}");
        }
    }
}

#[tokio::test]
async fn who_hands_in_rows_is_told_what_came_of_them_and_no_more() {
    let (_database, site) = guarded("told").await;
    let site = site.with_components(&["plugins/market/price-movement/price-movement.wasm"]);
    let ingest = key(&site, "feed", "ingest");
    let serving = site.serve();
    let bar = |minute: i64| {
        let close = if minute == 250 { "130".to_owned() } else { format!("100.0{}", minute % 7) };
        json!({ "timestamp": Timestamp(1_767_584_700_000_000 + minute * MINUTE).to_string(), "symbol": "NIFTY",
            "open": close, "high": close, "low": close, "close": close, "volume": "1000" })
    };
    let bars: Vec<Value> = (0..300).map(bar).collect();
    let query = "mutation In($input: RowsInput!) {
        detectAnomalies(input: $input) { accepted rejectedCount anomalyIds anomalies { id } } }";
    let asked = json!({ "query": query, "variables": { "input": { "bars": bars } } });
    let request = client().post(format!("{}/graphql", serving.url)).bearer_auth(ingest).json(&asked);
    let answer: Value = request.send().await.unwrap().json().await.unwrap();
    let told = &answer["data"]["detectAnomalies"];
    assert_eq!((&told["accepted"], &told["rejectedCount"]), (&json!(300), &json!(0)), "{answer}");
    assert!(told["anomalyIds"].as_array().is_some_and(|ids| !ids.is_empty()), "{answer}");
    assert!(told["anomalies"].is_null(), "{answer}");
    assert_eq!(answer["errors"][0]["extensions"]["code"], "FORBIDDEN", "{answer}");
}

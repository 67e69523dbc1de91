//! API keys that are made and revoked over REST.

use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};
use tests::serving::Serving;

use crate::support::{SOMETHING, client, get, guarded, key, problem, status, until};

async fn ask(
    serving: &Serving,
    method: Method,
    path: &str,
    admin: &str,
    body: Option<Value>,
    idempotency_key: Option<&str>,
) -> Response {
    let mut request = client().request(method, format!("{}{path}", serving.url)).bearer_auth(admin);
    if let Some(body) = body {
        request = request.json(&body);
    }
    if let Some(name) = idempotency_key {
        request = request.header("idempotency-key", name);
    }
    request.send().await.unwrap()
}

#[tokio::test]
async fn a_key_is_made_shown_once_listed_and_revoked() {
    let (database, site) = guarded("key_endpoints").await;
    let admin = key(&site, "root", "admin");
    let serving = site.serve();
    let create =
        json!({ "name": "desk", "scopes": ["viewer", "ingest"], "expiresAt": "2999-01-01T00:00:00Z" });
    let made = ask(&serving, Method::POST, "/api/keys", &admin, Some(create.clone()), None).await;
    assert_eq!(
        (made.status(), &made.headers()["cache-control"]),
        (StatusCode::CREATED, &"no-store".parse().unwrap())
    );
    let made: Value = made.json().await.unwrap();
    let (secret, id) = (made["secret"].as_str().unwrap(), made["key"]["id"].as_str().unwrap());
    assert_eq!(made["key"]["createdBy"], "root", "{made}");
    assert_eq!(status(&serving, SOMETHING, Some(secret)).await, StatusCode::NOT_FOUND);

    let again = ask(&serving, Method::POST, "/api/keys", &admin, Some(create), None).await;
    assert_eq!(problem(again).await["code"], "CONFLICT");
    let path = format!("/api/keys/{id}");
    let listed = get(&serving, "/api/keys", Some(&admin)).await.text().await.unwrap();
    assert!(!listed.contains(&secret[4..]), "{listed}");
    let listed: Value = serde_json::from_str(&listed).unwrap();
    let names: Vec<_> = listed.as_array().unwrap().iter().map(|key| key["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["desk", "root"]);
    assert_eq!(listed[0]["scopes"], json!(["viewer", "ingest"]));

    let revoked = ask(&serving, Method::DELETE, &path, &admin, None, None).await;
    assert_eq!(revoked.status(), StatusCode::NO_CONTENT);
    until(&serving, SOMETHING, secret, StatusCode::UNAUTHORIZED).await;
    let again = ask(&serving, Method::DELETE, &path, &admin, None, None).await;
    assert_eq!(problem(again).await["code"], "NOT_FOUND");
    let listed: Value = get(&serving, "/api/keys", Some(&admin)).await.json().await.unwrap();
    assert_eq!((&listed[0]["isValid"], &listed[0]["revokedBy"]), (&json!(false), &json!("root")));

    let rows: Vec<Value> = sqlx::query_scalar("SELECT to_jsonb(api_keys) FROM api_keys")
        .fetch_all(&database.pool)
        .await
        .unwrap();
    let (code, log) = serving.stop();
    assert_eq!(code, 0, "{log}");
    for kept in [format!("{rows:?}"), log] {
        assert!(!kept.contains(&secret[4..]), "{kept}");
    }
}

#[tokio::test]
async fn what_makes_no_key_is_said_and_no_answer_with_a_key_is_kept() {
    let (database, site) = guarded("no_keys").await;
    let admin = key(&site, "root", "admin");
    let serving = site.serve();
    let good = json!({ "name": "desk", "scopes": ["viewer"] });
    for _ in 0..2 {
        let kept = ask(&serving, Method::POST, "/api/keys", &admin, Some(good.clone()), Some("once")).await;
        let refused = problem(kept).await;
        assert_eq!(
            (&refused["status"], &refused["errors"][0]["parameter"]),
            (&json!(400), &json!("Idempotency-Key"))
        );
    }
    for wrong in [
        json!({ "name": "two words", "scopes": ["viewer"] }),
        json!({ "name": "desk", "scopes": [] }),
        json!({ "name": "desk", "scopes": ["king"] }),
        json!({ "name": "desk", "scopes": ["viewer"], "expiresAt": "2020-01-01T00:00:00Z" }),
    ] {
        let refused = ask(&serving, Method::POST, "/api/keys", &admin, Some(wrong), None).await;
        assert_eq!(problem(refused).await["status"], 422);
    }
    let names: Vec<String> =
        sqlx::query_scalar("SELECT name FROM api_keys").fetch_all(&database.pool).await.unwrap();
    assert_eq!(names, ["root"]);
}

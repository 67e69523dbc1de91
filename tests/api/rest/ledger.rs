use std::fs;

use serde_json::json;

use super::{id, seeded};

#[tokio::test]
async fn what_is_exported_and_proven_holds_without_the_host() {
    let rest = seeded("rest_ledger").await;
    let key = rest.site.path("data/ledger/key.pub.pem");
    let key = key.to_str().unwrap();

    let chain = rest.get("/api/blockchain/export").await;
    assert_eq!(chain.header("content-type"), "application/x-ndjson");
    fs::write(rest.site.path("chain"), &chain.text).unwrap();
    let checked = rest.site.host(&["ledger", "verify", "--file", "chain", "--public-key", key]);
    assert_eq!(checked.code, 0, "{checked:?}");

    let anomaly = rest.first("/api/anomalies").await;
    let proof = rest.get(&format!("/api/anomalies/{}/proof", id(&anomaly))).await;
    fs::write(rest.site.path("proof"), &proof.text).unwrap();
    let checked = rest.site.host(&["ledger", "check-proof", "proof", "--public-key", key]);
    assert_eq!(checked.code, 0, "{checked:?}");
    assert!(checked.out.contains(id(&anomaly)), "{checked:?}");
}

#[tokio::test]
async fn a_verification_is_kept_and_names_what_was_changed() {
    let rest = seeded("rest_verify").await;
    let found = rest.post("/api/blockchain/verify", &json!({})).await.json();
    assert_eq!((&found["isValid"], &found["isAuthenticated"]), (&json!(true), &json!(true)), "{found}");
    let stats = rest.get("/api/blockchain/stats").await.json();
    assert_eq!((&stats["verifiedAt"], &stats["faults"]), (&found["finishedAt"], &json!(0)));
    assert!(rest.get("/api/blockchain/3").await.json()["verifiedAt"].is_string());

    let forge = "ALTER TABLE blockchain_blocks DISABLE TRIGGER ALL;
        UPDATE blockchain_blocks SET payload = '{}' WHERE block_number = 3";
    sqlx::raw_sql(forge).execute(&rest.database.pool).await.unwrap();
    let found = rest.post("/api/blockchain/verify", &json!({ "from": 2 })).await.json();
    assert_eq!((&found["isValid"], &found["faults"][0]["first"]), (&json!(false), &json!(3)), "{found}");
    let health = rest.get("/api/health").await.json();
    assert_eq!(health["status"], "UNHEALTHY", "{health}");
}

#[tokio::test]
async fn a_verification_that_takes_longer_than_a_request_goes_on() {
    let rest = seeded("rest_long_verify").await;
    let mut held = rest.database.pool.begin().await.unwrap();
    sqlx::raw_sql("LOCK TABLE blockchain_blocks IN ACCESS EXCLUSIVE MODE").execute(&mut *held).await.unwrap();
    let waiting = rest.post("/api/blockchain/verify", &json!({ "from": 1 })).await;
    assert!(waiting.problem(503)["detail"].as_str().unwrap().contains("is being checked"), "{waiting:?}");
    assert_eq!(waiting.header("retry-after"), "5");
    rest.post("/api/blockchain/verify", &json!({})).await.problem(429);
    held.rollback().await.unwrap();
    let found = rest.post("/api/blockchain/verify", &json!({ "from": 1 })).await.json();
    assert_eq!(found["isValid"], true, "{found}");
}

#[tokio::test]
async fn blocks_of_a_case_are_found_from_its_anomaly() {
    let rest = seeded("rest_case").await;
    let action = rest.first("/api/actions").await;
    let decision =
        rest.get(&format!("/api/decisions/{}", action["decisionId"].as_str().unwrap())).await.json();
    let anomaly = decision["anomalyId"].as_str().unwrap();
    let blocks = rest.get(&format!("/api/anomalies/{anomaly}/blocks")).await.json();
    let kinds: Vec<_> =
        blocks.as_array().unwrap().iter().map(|block| block["type"].as_str().unwrap()).collect();
    assert_eq!(kinds[0], "ANOMALY_DETECTED");
    assert!(kinds.contains(&"DECISION_MADE") && kinds.contains(&"ACTION_EXECUTED"), "{kinds:?}");
    let by_hash = rest.get(&format!("/api/blockchain/{}", blocks[0]["hash"].as_str().unwrap())).await.json();
    assert_eq!(by_hash["number"], blocks[0]["number"]);
}

use std::{collections::BTreeMap, fs};

use serde_json::{Value, json};
use tests::repository;

use super::{Rest, seeded};

/// What stands for the parts of a path.
async fn parts(rest: &Rest) -> BTreeMap<&'static str, String> {
    let behavior = rest.first("/api/anomalies?family=BEHAVIOR").await;
    let of = async |list: &str| rest.first(list).await["id"].as_str().unwrap_or_default().to_owned();
    let registered = json!({ "name": "desk", "preferences": { "channels": ["LOG"] } });
    rest.post("/api/notifications/recipients", &registered).await.json();
    BTreeMap::from([
        ("/api/anomalies", of("/api/anomalies").await),
        ("/api/decisions", of("/api/decisions").await),
        ("/api/actions", of("/api/actions").await),
        ("/api/notifications", of("/api/notifications").await),
        ("/api/notifications/recipients", of("/api/notifications/recipients").await),
        ("/api/blockchain", "1".to_owned()),
        ("/api/policies", rest.get("/api/policies/live").await.json()["hash"].as_str().unwrap().to_owned()),
        ("userId", behavior["userId"].as_str().unwrap().to_owned()),
    ])
}

/// A path with all that it needs; none where the sample data has nothing for it.
fn address(path: &str, operation: &Value, parts: &BTreeMap<&str, String>) -> Option<String> {
    let mut address = path.to_owned();
    if let Some((list, rest)) = path.split_once("/{") {
        let (_, rest) = rest.split_once('}')?;
        address = format!("{list}/{}{rest}", parts.get(list)?);
    }
    let needed = operation["parameters"]
        .as_array()?
        .iter()
        .find(|parameter| parameter["in"] == "query" && parameter["required"] == true);
    match needed.map(|parameter| parameter["name"].as_str().unwrap()) {
        Some(name) => Some(format!("{address}?{name}={}", parts[name])),
        None => Some(address),
    }
}

#[tokio::test]
async fn every_question_is_answered_as_the_document_says() {
    let rest = seeded("rest_reads").await;
    let document = fs::read_to_string(repository().join("host/openapi.json")).unwrap();
    let document: Value = serde_json::from_str(&document).unwrap();
    let parts = parts(&rest).await;
    let mut asked = 0;
    for (path, operations) in document["paths"].as_object().unwrap() {
        let Some(operation) = operations.get("get") else { continue };
        // Sample data has no backtest and no job; what shows one has tests of its own.
        if ["/api/jobs/{", "/api/backtest/{"].iter().any(|one| path.starts_with(one)) {
            continue;
        }
        // What is for WebSockets alone has tests of its own.
        if operation["responses"]["101"].is_object() {
            continue;
        }
        let empty = Value::default();
        let operation = if operation["parameters"].is_array() { operation } else { &empty };
        let address = if operation.is_null() { Some(path.clone()) } else { address(path, operation, &parts) };
        let Some(address) = address else { panic!("nothing is known to ask {path} for") };
        let answer = rest.get(&address).await;
        assert_eq!(answer.status, 200, "{address}: {answer:?}");
        let content = &operations["get"]["responses"]["200"]["content"];
        let kind = answer.header("content-type").split(';').next().unwrap().to_owned();
        assert!(content.get(&kind).is_some(), "{address} answers {kind}");
        if kind == "application/json" {
            let schema = json!({
                "allOf": [content["application/json"]["schema"]], "components": document["components"]
            });
            let validator = jsonschema::validator_for(&schema).unwrap();
            let errors: Vec<String> =
                validator.iter_errors(&answer.json()).map(|error| error.to_string()).collect();
            assert!(errors.is_empty(), "{address}: {errors:?}");
        }
        asked += 1;
    }
    assert!(asked >= 30, "{asked}");
}

#[tokio::test]
async fn filters_leave_out_what_they_should() {
    let rest = seeded("rest_filters").await;
    let items = async |path: &str| rest.get(path).await.json()["items"].as_array().unwrap().clone();
    let critical = items("/api/anomalies?severity=CRITICAL&first=1000").await;
    let all = items("/api/anomalies?first=1000").await;
    assert!(!critical.is_empty() && critical.len() < all.len());
    assert!(critical.iter().all(|anomaly| anomaly["severity"] == "CRITICAL"));
    let nifty = items("/api/anomalies?symbol=NIFTY&family=MARKET").await;
    assert!(!nifty.is_empty() && nifty.iter().all(|anomaly| anomaly["symbol"] == "NIFTY"));
    let middle = all[all.len() / 2]["openedAt"].as_str().unwrap();
    let early = items(&format!("/api/anomalies?endDate={middle}&first=1000")).await;
    let late = items(&format!("/api/anomalies?startDate={middle}&first=1000")).await;
    assert_eq!(early.len() + late.len(), all.len());
    let fixes = items("/api/decisions?decision=FIX").await;
    assert!(!fixes.is_empty() && fixes.iter().all(|decision| decision["decision"] == "FIX"));
    let blocks = items("/api/blockchain?type=DECISION_MADE").await;
    assert!(!blocks.is_empty() && blocks.iter().all(|block| block["type"] == "DECISION_MADE"));
}

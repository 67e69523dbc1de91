//! What hangs on many records is read in as many statements as what hangs on few.

use serde_json::{Value, json};

use super::Scene;

const NESTED: &str = "query Nested($first: Int!) {
    anomalies(first: $first) { nodes {
        id blocks { number anomalyId }
        decision {
            id anomalyId anomaly { id } revisions { revision }
            actions { id decisionId decision { id } }
        }
    } }
    notifications(first: $first) { nodes { anomalyId anomaly { id } actionId action { id } } }
}";

/// How many statements the host runs for so many records, from start to end.
async fn statements(first: usize) -> (usize, Value) {
    let scene = Scene::with("graphql loaders", &[("VYOMO_LOG__FILTER", "warn,sqlx::query=debug")]).await;
    let data = scene.data(NESTED, json!({ "first": first })).await;
    let (_, log) = scene.serving.stop();
    let reads = |line: &&str| {
        let tables = ["anomaly_detections", "anomaly_decisions", "action_executions", "block_references"];
        line.contains("sqlx::query") && tables.iter().any(|table| line.contains(table))
    };
    (log.lines().filter(reads).count(), data)
}

#[tokio::test]
async fn a_hundred_records_cost_as_many_statements_as_ten() {
    let ((ten, _), (hundred, data)) = (statements(10).await, statements(100).await);
    assert!(ten > 0, "the log has no statements");
    assert_eq!(ten, hundred);
    assert_eq!(data["anomalies"]["nodes"].as_array().unwrap().len(), 100);
    let mut decided = 0;
    for anomaly in data["anomalies"]["nodes"].as_array().unwrap() {
        assert!(!anomaly["blocks"].as_array().unwrap().is_empty());
        let decision = &anomaly["decision"];
        if decision.is_null() {
            continue;
        }
        decided += 1;
        assert_eq!((&decision["anomalyId"], &decision["anomaly"]["id"]), (&anomaly["id"], &anomaly["id"]));
        for action in decision["actions"].as_array().unwrap() {
            assert_eq!(
                (&action["decisionId"], &action["decision"]["id"]),
                (&decision["id"], &decision["id"])
            );
        }
    }
    assert!(decided > 50, "{decided}");
    for notification in data["notifications"]["nodes"].as_array().unwrap() {
        let id = |record: &str| notification[record].get("id").cloned().unwrap_or_default();
        assert_eq!((&notification["anomalyId"], &notification["actionId"]), (&id("anomaly"), &id("action")));
    }
}

//! What hangs on many records is read in as many statements as what hangs on few.

use serde_json::{Value, json};

use super::Scene;

const ANOMALIES: &str = "query Anomalies($first: Int!) {
    anomalies(first: $first) { nodes {
        id blocks { number anomalyId }
        decision {
            id anomalyId anomaly { id } revisions { revision }
            actions { id decisionId decision { id } }
        }
    } }
}";

const NOTIFICATIONS: &str = "query Notifications($first: Int!) {
    notifications(first: $first) { nodes { anomalyId anomaly { id } actionId action { id } } }
}";

/// How many statements the host runs to answer for so many records, and the answers.
async fn statements(first: usize) -> (usize, [Value; 2]) {
    let settings = [("VYOMO_LOG__FORMAT", "json"), ("VYOMO_LOG__FILTER", "warn,host=info,sqlx::query=debug")];
    let scene = Scene::with("graphql loaders", &settings).await;
    let anomalies = scene.data(ANOMALIES, json!({ "first": first })).await["anomalies"]["nodes"].take();
    let notifications =
        scene.data(NOTIFICATIONS, json!({ "first": first })).await["notifications"]["nodes"].take();
    let (_, log) = scene.serving.stop();
    // What the host does by itself is no part of a request, and each connection looks types up for itself.
    let reads = |line: &&str| {
        line.contains("sqlx::query") && line.contains("/graphql") && !line.contains("pg_catalog")
    };
    (log.lines().filter(reads).count(), [anomalies, notifications])
}

#[tokio::test]
async fn a_hundred_records_cost_as_many_statements_as_ten() {
    let ((ten, _), (hundred, [anomalies, notifications])) = (statements(10).await, statements(100).await);
    assert!(ten > 0, "the log has no statements");
    assert_eq!(ten, hundred);
    assert_eq!(anomalies.as_array().unwrap().len(), 100);
    let mut decided = 0;
    for anomaly in anomalies.as_array().unwrap() {
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
    for notification in notifications.as_array().unwrap() {
        let id = |record: &str| notification[record].get("id").cloned().unwrap_or_default();
        assert_eq!((&notification["anomalyId"], &notification["actionId"]), (&id("anomaly"), &id("action")));
    }
}

//! Pages, cursors and filters.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::Scene;

const LISTS: [(&str, &str); 7] = [
    ("anomalies", "id"),
    ("decisions", "id"),
    ("reviewQueue", "id"),
    ("actionHistory", "id"),
    ("blockchain", "number"),
    ("notifications", "id"),
    ("notificationRecipients", "id"),
];

#[tokio::test]
async fn pages_follow_each_other_without_gap_and_repetition() {
    let scene = Scene::new("graphql pages").await;
    for (list, id) in LISTS {
        let page = format!(
            "query Page($first: Int!, $after: String) {{ {list}(first: $first, after: $after) {{
                 nodes {{ {id} }} edges {{ cursor node {{ {id} }} }}
                 pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }} }} }}"
        );
        let whole = scene.data(&page, json!({ "first": 1_000 })).await[list]["nodes"].take();
        let whole = whole.as_array().unwrap();
        assert!(whole.len() > 3, "{list} is all but empty");
        let (mut read, mut after, size) = (Vec::new(), Value::Null, whole.len() / 3 + 1);
        loop {
            let mut page = scene.data(&page, json!({ "first": size, "after": after })).await[list].take();
            assert_eq!(page["pageInfo"]["hasPreviousPage"], json!(!read.is_empty()), "{list}");
            let edges: Vec<Value> = page["edges"].as_array().unwrap().clone();
            assert_eq!(page["pageInfo"]["startCursor"], edges[0]["cursor"]);
            assert_eq!(page["pageInfo"]["endCursor"], edges[edges.len() - 1]["cursor"]);
            read.extend(edges.into_iter().map(|edge| edge["node"].clone()));
            after = page["pageInfo"]["endCursor"].take();
            if page["pageInfo"]["hasNextPage"] == false {
                break;
            }
        }
        assert_eq!(&read, whole, "{list}");
        assert_eq!(read.iter().map(ToString::to_string).collect::<BTreeSet<_>>().len(), read.len());
    }
}

/// A filter of a list, the path of a node's value, and what it has to be.
const FILTERS: [(&str, &str, &str, &str, &str); 12] = [
    ("anomalies", "AnomalyFilter", r#"{"severity": "CRITICAL"}"#, "severity", r#""CRITICAL""#),
    ("anomalies", "AnomalyFilter", r#"{"symbol": "NIFTY"}"#, "symbol", r#""NIFTY""#),
    ("anomalies", "AnomalyFilter", r#"{"type": "VOLUME_SURGE"}"#, "type", r#""VOLUME_SURGE""#),
    ("anomalies", "AnomalyFilter", r#"{"family": "BEHAVIOR"}"#, "family", r#""BEHAVIOR""#),
    ("anomalies", "AnomalyFilter", r#"{"userId": "asha.rao"}"#, "userId", r#""asha.rao""#),
    ("decisions", "DecisionFilter", r#"{"decision": "FIX"}"#, "decision", r#""FIX""#),
    ("decisions", "DecisionFilter", r#"{"status": "DECIDED"}"#, "status", r#""DECIDED""#),
    ("actionHistory", "ActionFilter", r#"{"success": false}"#, "status", r#""FAILED""#),
    ("actionHistory", "ActionFilter", r#"{"type": "HALT_SYMBOL"}"#, "type", r#""HALT_SYMBOL""#),
    ("blockchain", "BlockFilter", r#"{"type": "DECISION_MADE"}"#, "type", r#""DECISION_MADE""#),
    ("notifications", "NotificationFilter", r#"{"priority": "URGENT"}"#, "priority", r#""URGENT""#),
    ("notifications", "NotificationFilter", r#"{"status": "SENT"}"#, "status", r#""SENT""#),
];

#[tokio::test]
async fn filters_leave_what_they_name() {
    let scene = Scene::new("graphql filters").await;
    for (list, input, filter, field, wanted) in FILTERS {
        let document = format!(
            "query Some($filter: {input}) {{
                 all: {list}(first: 1000) {{ nodes {{ {field} }} }}
                 some: {list}(first: 1000, filter: $filter) {{ nodes {{ {field} }} }} }}"
        );
        let filter: Value = serde_json::from_str(filter).unwrap();
        let wanted: Value = serde_json::from_str(wanted).unwrap();
        let data = scene.data(&document, json!({ "filter": filter })).await;
        let count = |from: &str| {
            let nodes = data[from]["nodes"].as_array().unwrap();
            (nodes.iter().filter(|node| node[field] == wanted).count(), nodes.len())
        };
        let ((there, all), (found, some)) = (count("all"), count("some"));
        assert!(0 < there && there < all || filter == json!({ "status": "DECIDED" }), "{list} {filter}");
        assert_eq!((found, some), (there, there), "{list} {filter}");
    }
}

#[tokio::test]
async fn dates_bound_every_list() {
    let scene = Scene::new("graphql dates").await;
    let lists = [
        ("anomalies", "AnomalyFilter", "openedAt"),
        ("decisions", "DecisionFilter", "decidedAt"),
        ("actionHistory", "ActionFilter", "requestedAt"),
        ("blockchain", "BlockFilter", "at"),
        ("notifications", "NotificationFilter", "createdAt"),
    ];
    for (list, input, field) in lists {
        let document = format!(
            "query Some($filter: {input}) {{ {list}(first: 1000, filter: $filter) {{ nodes {{ {field} }} }} }}"
        );
        let times = async |filter: Value| {
            let data = scene.data(&document, json!({ "filter": filter })).await;
            let nodes = data[list]["nodes"].as_array().unwrap();
            nodes.iter().map(|node| node[field].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        let all = times(json!({})).await;
        let middle = &all[all.len() / 2];
        let (before, since) =
            (times(json!({ "endDate": middle })).await, times(json!({ "startDate": middle })).await);
        assert_eq!([since, before].concat(), all, "{list}");
    }
}

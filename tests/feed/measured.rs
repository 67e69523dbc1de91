//! Questions over sockets are measured as those over HTTP.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::{
    client::{Client, Said, TODAY},
    scene::LONG,
    sockets::Running,
};

/// Each fragment holds the next one twice.
fn fan(operation: &str, end: &str) -> String {
    let on = format!("{}{}", operation[..1].to_uppercase(), &operation[1..]);
    let fragment = |level: usize| format!("fragment F{level} on {on} {{ ...F{0} ...F{0} }} ", level + 1);
    let fragments: String = (0..29).map(fragment).collect();
    format!("{operation} {{ ...F0 }} {fragments} fragment F29 on {on} {{ {end} }}")
}

/// Fields within fields, in fragments that are not deep by themselves.
fn deep() -> String {
    let fragment = |level: usize| {
        format!("fragment T{level} on __Type {{ ofType {{ ofType {{ ofType {{ ...T{} }} }} }} }} ", level + 1)
    };
    let fragments: String = (0..8).map(fragment).collect();
    format!("{{ __type(name: \"Anomaly\") {{ ...T0 }} }} {fragments} fragment T8 on __Type {{ name }}")
}

/// The only error of an answer.
fn error(answer: &Value) -> (String, String) {
    let [error] = answer["errors"].as_array().unwrap().as_slice() else { panic!("{answer}") };
    (error["extensions"]["code"].as_str().unwrap().to_owned(), error["message"].as_str().unwrap().to_owned())
}

async fn ask(client: &mut Client, question: &str) -> Value {
    client.subscribe("measured", question).await;
    let answer = client.item("measured").await;
    assert_eq!(client.next().await, Said::Message(json!({"type": "complete", "id": "measured"})));
    answer
}

#[tokio::test]
async fn fragments_are_counted_wherever_they_are_used() {
    let running = Running::new("ws_measured", &[]).await;
    let http = host::http::client(LONG, |client| client).unwrap();
    let mut client = running.open(TODAY).await;
    let dear = "{ ...A ...B } fragment A on Query { a: verifyBlockchain { isValid } }
                fragment B on Query { b: verifyBlockchain { isValid } }";
    let looped = "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }";
    let questions = [fan("query", "version { version }"), deep(), dear.to_owned(), looped.to_owned()];
    let mut reasons = BTreeSet::new();
    for question in questions {
        let request = http.post(format!("{}/graphql", running.host().url));
        let over_http =
            request.json(&json!({ "query": question })).send().await.unwrap().json().await.unwrap();
        let refused = error(&ask(&mut client, &question).await);
        assert_eq!(refused, error(&over_http), "{question}");
        assert_eq!(refused.0, "INVALID");
        reasons.insert(refused.1);
    }
    assert_eq!(reasons.len(), 4, "each for a reason of its own: {reasons:?}");
    let followed = fan("subscription", "dashboardUpdated { blockNumber }");
    assert!(error(&ask(&mut client, &followed).await).1.contains("parts"));
}

#[tokio::test]
async fn fields_of_fragments_count_against_the_rate() {
    let settings = [("VYOMO_SERVER__REQUESTS_PER_SECOND", "1"), ("VYOMO_SERVER__BURST", "20")];
    let running = Running::new("ws_rate", &settings).await;
    let mut client = running.open(TODAY).await;
    let field = |number: u32| format!("v{number}: version {{ version }} ");
    let many: String = (0..15).map(field).collect();
    assert_eq!(ask(&mut client, &format!("{{ {many} }}")).await.get("errors"), None);
    let again = ask(&mut client, &format!("{{ ...V }} fragment V on Query {{ {many} }}")).await;
    assert_eq!(error(&again).0, "OVERLOADED");
    let ever = ask(&mut client, &format!("{{ {many} ...V }} fragment V on Query {{ {many} }}")).await;
    assert_eq!(error(&ever).0, "INVALID", "as much is never let through");
}

//! What is refused, and how it is said.

use serde_json::{Value, json};

use super::Scene;

const NOBODY: &str = "00000000-0000-7000-8000-000000000000";

#[tokio::test]
async fn errors_name_the_argument_and_have_a_code() {
    let scene = Scene::new("graphql errors").await;
    let cases = [
        (format!(r#"{{ anomaly(id: "{NOBODY}") {{ id }} }}"#), "NOT_FOUND", NOBODY),
        (format!(r#"{{ decision(id: "{NOBODY}") {{ id }} }}"#), "NOT_FOUND", NOBODY),
        (format!(r#"{{ action(id: "{NOBODY}") {{ id }} }}"#), "NOT_FOUND", NOBODY),
        (r#"{ anomaly(id: "1") { id } }"#.to_owned(), "INVALID", "UUID"),
        (r#"{ anomalies(after: "abc") { nodes { id } } }"#.to_owned(), "INVALID", "after: "),
        ("{ anomalies(first: 0) { nodes { id } } }".to_owned(), "INVALID", "first: 0"),
        ("{ anomalies(first: 1001) { nodes { id } } }".to_owned(), "INVALID", "first: 1001"),
        ("{ anomalies(first: 1, limit: 1) { nodes { id } } }".to_owned(), "INVALID", "limit: "),
        (
            "{ actionHistory(filter: {success: true, status: FAILED}) { nodes { id } } }".to_owned(),
            "INVALID",
            "success: ",
        ),
        (r#"{ controls(subject: "NIFTY") { id } }"#.to_owned(), "INVALID", "subject: "),
        (r#"{ dashboard(since: "yesterday") { anomalies } }"#.to_owned(), "INVALID", "2026-01-31T"),
        ("{ anomalies { nodes { nosuch } } }".to_owned(), "INVALID", "nosuch"),
        ("{ anomalies".to_owned(), "INVALID", "expected"),
    ];
    for (document, code, said) in cases {
        let (found, message) = scene.error(&document, Value::Null).await;
        assert_eq!(found, code, "{document}: {message}");
        assert!(message.contains(said), "{document}: {message}");
    }
}

/// `anomaly { decision { anomaly { ... } } }`, so many levels deep.
fn nested(levels: usize) -> String {
    let mut inner = "{ id }".to_owned();
    for level in 0..levels {
        let field = if level % 2 == 0 { "decision" } else { "anomaly" };
        inner = format!("{{ {field} {inner} }}");
    }
    format!("{{ anomalies(first: 1) {{ nodes {inner} }} }}")
}

#[tokio::test]
async fn questions_are_bounded() {
    let scene = Scene::new("graphql bounds").await;
    let (code, message) = scene.error(&nested(21), Value::Null).await;
    assert_eq!((code.as_str(), message.contains("too deep")), ("INVALID", true), "{message}");

    let wide = "query Wide($first: Int!) { anomalies(first: $first) { nodes {
        decision { actions { decision { actions { decision { actions { id type } } } } } } } } }";
    assert_eq!(scene.answer(wide, json!({ "first": 10 })).await.get("errors"), None);
    let (code, message) = scene.error(wide, json!({ "first": 1_000 })).await;
    assert_eq!((code.as_str(), message.contains("too complex")), ("INVALID", true), "{message}");

    let batch =
        |size: usize| Value::from(vec![json!({ "query": "{ version { version } }" }); size]).to_string();
    let (status, _, answers) = scene.post("application/json", batch(10)).await;
    assert_eq!((status, answers.as_array().unwrap().len()), (200, 10));
    for size in [0, 11] {
        let (status, _, refused) = scene.post("application/json", batch(size)).await;
        assert_eq!((status, &refused["errors"][0]["extensions"]["code"]), (400, &json!("INVALID")), "{size}");
    }
}

#[tokio::test]
async fn a_query_that_takes_too_long_is_given_up() {
    let scene = Scene::with("graphql time-out", &[("VYOMO_GRAPHQL__TIMEOUT_SECONDS", "1")]).await;
    let query = "{ actionHistory(first: 1) { nodes { id } } }";
    let mut locked = scene.database.pool.begin().await.unwrap();
    let lock = "LOCK TABLE action_executions IN ACCESS EXCLUSIVE MODE";
    sqlx::raw_sql(lock).execute(&mut *locked).await.unwrap();
    let (code, message) = scene.error(query, Value::Null).await;
    assert_eq!((code.as_str(), message.contains("longer than 1 s")), ("OVERLOADED", true), "{message}");
    locked.rollback().await.unwrap();
    assert_eq!(
        scene.data(query, Value::Null).await["actionHistory"]["nodes"].as_array().map(Vec::len),
        Some(1)
    );
}

/// Each fragment holds the next one twice.
fn fan(levels: usize) -> String {
    let fragment = |level: usize| format!("fragment F{level} on Query {{ ...F{0} ...F{0} }} ", level + 1);
    let fragments: String = (0..levels).map(fragment).collect();
    format!("query {{ ...F0 }} {fragments} fragment F{levels} on Query {{ version {{ version }} }}")
}

#[tokio::test]
async fn short_questions_are_not_endless() {
    let scene = Scene::new("graphql fan").await;
    let (code, message) = scene.error(&fan(29), Value::Null).await;
    assert_eq!((code.as_str(), message.contains("parts")), ("INVALID", true), "{message}");
    assert_eq!(scene.data(&fan(2), Value::Null).await["version"]["version"], env!("CARGO_PKG_VERSION"));
    let loops = "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }";
    assert_eq!(scene.error(loops, Value::Null).await.0, "INVALID");
    let results: String = (0..2)
        .map(|number| format!("r{number}: backtestResults(first: 1) {{ nodes {{ result }} }} "))
        .collect();
    let figures: String = (0..100).map(|number| format!("s{number}: blockchainStats {{ total }} ")).collect();
    let verified = "a: verifyBlockchain { isValid } b: verifyBlockchain { isValid }";
    for dear in [results.as_str(), &figures, verified] {
        let (code, message) = scene.error(&format!("{{ {dear} }}"), Value::Null).await;
        assert_eq!((code.as_str(), message.contains("too complex")), ("INVALID", true), "{message}");
    }
    let (status, _, refused) = scene.post("application/json", json!({ "query": fan(29) }).to_string()).await;
    assert_eq!((status, refused["errors"][0]["extensions"]["requestId"].is_string()), (200, true));
}

#[tokio::test]
async fn each_field_of_an_operation_counts_against_the_rate() {
    let settings = [("VYOMO_SERVER__REQUESTS_PER_SECOND", "1"), ("VYOMO_SERVER__BURST", "20")];
    let scene = Scene::with("graphql field rate", &settings).await;
    let ask = |query: String| scene.post("application/json", json!({ "query": query }).to_string());
    let many: String = (0..15).map(|number| format!("v{number}: version {{ version }} ")).collect();
    assert_eq!(ask(format!("{{ {many} }}")).await.0, 200);
    let (status, _, refused) = ask(format!("{{ ...V }} fragment V on Query {{ {many} }}")).await;
    assert_eq!((status, &refused["errors"][0]["extensions"]["code"]), (429, &json!("OVERLOADED")));
    let (status, ..) = ask(format!("{{ {many} ...V }} fragment V on Query {{ {many} }}")).await;
    assert_eq!(status, 400, "as much is never let through");
}

#[tokio::test]
async fn operations_of_a_batch_count_against_the_rate() {
    let settings = [("VYOMO_SERVER__REQUESTS_PER_SECOND", "1"), ("VYOMO_SERVER__BURST", "20")];
    let scene = Scene::with("graphql rate", &settings).await;
    let batch = Value::from(vec![json!({ "query": "{ version { version } }" }); 10]).to_string();
    let mut statuses = Vec::new();
    for _ in 0..4 {
        let answer = scene.send("application/json", batch.clone()).await;
        let status = answer.status().as_u16();
        if status == 429 {
            let wait: u64 = answer.headers()["retry-after"].to_str().unwrap().parse().unwrap();
            let text = answer.text().await.unwrap();
            assert!(wait >= 1 && text.contains("OVERLOADED"), "{wait} {text}");
        }
        statuses.push(status);
    }
    assert_eq!((statuses[0], statuses.contains(&429)), (200, true), "{statuses:?}");
}

#[tokio::test]
async fn only_json_is_read_and_each_error_has_the_id_of_its_request() {
    let scene = Scene::new("graphql bodies").await;
    let good = json!({ "query": "{ version { version } }" }).to_string();
    for kind in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"] {
        assert_eq!(scene.post(kind, good.clone()).await.0, 415, "{kind}");
    }
    assert_eq!(scene.post("application/json; charset=utf-8", good).await.0, 200);
    for body in ["", "nonsense", "{\"query\": 1}"] {
        let (status, id, answer) = scene.post("application/json", body.to_owned()).await;
        let extensions = &answer["errors"][0]["extensions"];
        assert_eq!((status, &extensions["code"]), (400, &json!("INVALID")), "{body}");
        assert_eq!(extensions["requestId"], json!(id));
    }
    let document = json!({ "query": format!(r#"{{ anomaly(id: "{NOBODY}") {{ id }} }}"#) }).to_string();
    let (_, id, answer) = scene.post("application/json", document).await;
    assert_eq!(answer["errors"][0]["extensions"]["requestId"], json!(id));
}

//! The examples of docs/GRAPHQL.md give what the document says, in its order, and there is one for everything.

use std::{collections::BTreeSet, fs, time::Duration};

use futures::{SinkExt as _, StreamExt as _};
use host::api::graphql;
use serde_json::{Value, json};
use tokio_tungstenite::{
    connect_async,
    tungstenite::{Message, client::IntoClientRequest as _},
};

use super::{Scene, schema::fields};

/// A fenced block: its info string and what is in it.
struct Block {
    info: String,
    text: String,
}

/// A question, and what is answered.
struct Example {
    document: String,
    variables: Value,
    answer: Value,
}

fn blocks() -> Vec<Block> {
    let text = fs::read_to_string(tests::repository().join("docs/GRAPHQL.md")).unwrap();
    let mut blocks: Vec<Block> = Vec::new();
    let mut is_inside = false;
    for line in text.lines() {
        match (line.strip_prefix("```"), is_inside) {
            (Some(info), false) => blocks.push(Block { info: info.to_owned(), text: String::new() }),
            (None, true) => {
                let block = blocks.last_mut().unwrap();
                block.text += line;
                block.text.push('\n');
            }
            _ => {}
        }
        is_inside ^= line.starts_with("```");
    }
    blocks
}

/// A `graphql` block, then its `json variables` if it has any, then its `json answer`.
fn examples() -> Vec<Example> {
    let mut examples: Vec<Example> = Vec::new();
    for Block { info, text } in blocks() {
        let json = || serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
        match info.as_str() {
            "graphql" => examples.push(Example { document: text, variables: json!({}), answer: Value::Null }),
            "json variables" => examples.last_mut().unwrap().variables = json(),
            "json answer" => examples.last_mut().unwrap().answer = json(),
            _ => {}
        }
    }
    examples
}

/// Whether an answer looks as the document says: the same fields, and values of the same kind.
fn assert_alike(at: &str, shown: &Value, answered: &Value) {
    match (shown, answered) {
        (Value::Object(shown), Value::Object(answered)) => {
            assert_eq!(shown.keys().collect::<Vec<_>>(), answered.keys().collect::<Vec<_>>(), "{at}");
            for (name, value) in shown {
                assert_alike(&format!("{at}.{name}"), value, &answered[name]);
            }
        }
        (Value::Array(shown), Value::Array(answered)) => {
            assert_eq!(shown.is_empty(), answered.is_empty(), "{at}: {answered:?}");
            for (shown, answered) in shown.iter().zip(answered) {
                assert_alike(&format!("{at}[]"), shown, answered);
            }
        }
        (Value::String(_), Value::String(_))
        | (Value::Number(_), Value::Number(_))
        | (Value::Bool(_), Value::Bool(_))
        | (Value::Null, Value::Null) => {}
        _ => panic!("{at}: the document shows {shown}, and the host answers {answered}"),
    }
}

/// Puts what earlier answers gave in the place of `{mutation.id}`.
fn with_ids(variables: &Value, earlier: &Value) -> Value {
    match variables {
        Value::Object(fields) => {
            fields.iter().map(|(name, value)| (name.clone(), with_ids(value, earlier))).collect()
        }
        Value::Array(items) => items.iter().map(|item| with_ids(item, earlier)).collect(),
        Value::String(text) => {
            let of = text.strip_prefix('{').and_then(|rest| rest.strip_suffix(".id}"));
            of.map_or_else(|| variables.clone(), |of| earlier[of]["id"].clone())
        }
        _ => variables.clone(),
    }
}

/// Waits until a backtest is over.
async fn finished(scene: &Scene, job: &Value) {
    let status = "query Status($id: UUID!) { job(id: $id) { status } }";
    let is_open = async || {
        let data = scene.data(status, json!({ "id": job })).await;
        ["QUEUED", "RUNNING"].contains(&data["job"]["status"].as_str().unwrap())
    };
    while is_open().await {
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

/// The first item of a subscription.
async fn first_item(url: &str, example: &Example) -> Value {
    let mut request = format!("{}/graphql", url.replace("http", "ws")).into_client_request().unwrap();
    let protocol = "graphql-transport-ws".parse().unwrap();
    request.headers_mut().insert("Sec-WebSocket-Protocol", protocol);
    let (mut socket, _) = connect_async(request).await.unwrap();
    let payload = json!({ "query": example.document, "variables": example.variables });
    for message in
        [json!({ "type": "connection_init" }), json!({ "id": "1", "type": "subscribe", "payload": payload })]
    {
        socket.send(Message::text(message.to_string())).await.unwrap();
    }
    while let Some(message) = socket.next().await {
        let Message::Text(text) = message.unwrap() else { continue };
        let mut message: Value = serde_json::from_str(&text).unwrap();
        match message["type"].as_str().unwrap() {
            "next" => return message["payload"].take(),
            "error" | "complete" => panic!("{message}"),
            _ => {}
        }
    }
    panic!("the connection ended without an item")
}

#[tokio::test]
async fn the_examples_give_what_the_document_says() {
    let scene = Scene::new("graphql examples").await;
    let (patience, mut earlier) = (Duration::from_mins(2), json!({}));
    for example in examples() {
        let document = &example.document;
        let answer = if document.starts_with("subscription") {
            let item = first_item(&scene.serving.url, &example);
            tokio::time::timeout(patience, item).await.expect(document)
        } else {
            scene.answer(document, with_ids(&example.variables, &earlier)).await
        };
        assert_alike(document, &example.answer, &answer);
        if let Value::Object(data) = &answer["data"] {
            earlier.as_object_mut().unwrap().extend(data.clone());
        }
        if let Some(job) = answer["data"].get("runBacktest") {
            tokio::time::timeout(patience, finished(&scene, &job["id"])).await.expect("it ends");
        }
    }
}

#[test]
fn there_is_an_example_of_everything() {
    let schema = graphql::sdl();
    let examples = examples();
    for (of, keyword) in [("Query", "query"), ("Mutation", "mutation"), ("Subscription", "subscription")] {
        let shown: String = examples
            .iter()
            .filter(|example| example.document.starts_with(keyword))
            .map(|example| example.document.as_str())
            .collect();
        let words: BTreeSet<&str> = shown.split(|letter: char| !letter.is_alphanumeric()).collect();
        for field in fields(&schema, of) {
            assert!(words.contains(field.as_str()), "docs/GRAPHQL.md shows no {keyword} of {field}");
        }
    }
}

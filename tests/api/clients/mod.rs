//! Clients that others wrote, against a real host: `graphql-ws` (npm) and `gql` (`PyPI`). `.ci/clients` installs them.

use std::{
    path::PathBuf,
    process::{Command, Output},
};

use serde_json::{Value, json};

use crate::graphql::Scene;

/// What both programs print: for each question, one line of JSON with its name and what came.
fn said(output: &Output) -> Vec<(String, Value)> {
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{out}{err}");
    let line = |line: &str| {
        let mut said: Value = serde_json::from_str(line).unwrap_or_else(|_| panic!("{line}"));
        (said["name"].as_str().unwrap().to_owned(), said["data"].take())
    };
    out.lines().map(line).collect()
}

fn clients() -> PathBuf {
    let folder = tests::repository().join("target/clients").canonicalize();
    folder.unwrap_or_else(|_| panic!("the clients are not installed: run .ci/clients"))
}

/// A program in this folder, run by an interpreter, until it has all it asks for.
async fn run(mut command: Command, program: &str, scene: &Scene) -> Vec<(String, Value)> {
    let program = tests::repository().join("tests/api/clients").join(program);
    command.arg(program).arg(&scene.serving.url).env("NODE_PATH", clients().join("node_modules"));
    let output = tokio::task::spawn_blocking(move || command.output().unwrap());
    said(&output.await.unwrap())
}

const SUBSCRIPTIONS: [&str; 6] = [
    "anomalyDetected",
    "decisionMade",
    "actionExecuted",
    "notificationSent",
    "blockAdded",
    "dashboardUpdated",
];

/// Each subscription gave an item with its place in the ledger, and the query its anomalies.
fn assert_all_answered(answers: &[(String, Value)]) {
    let answer = |name: &str| {
        let found = answers.iter().find(|(answered, _)| answered == name);
        &found.unwrap_or_else(|| panic!("{name} has no answer")).1
    };
    assert_eq!(answer("anomalies")["anomalies"]["nodes"].as_array().unwrap().len(), 3);
    for name in SUBSCRIPTIONS {
        assert!(answer(name)[name]["blockNumber"].is_u64(), "{name}: {}", answer(name));
    }
    assert_eq!(answer("markAnomalyAsReal")["markAnomalyAsReal"]["isReal"], json!(true));
}

#[tokio::test]
async fn graphql_ws_of_npm_gets_everything() {
    let scene = Scene::new("clients npm").await;
    let node = Command::new("node");
    assert_all_answered(&run(node, "graphql_ws.cjs", &scene).await);
}

#[tokio::test]
async fn gql_of_python_gets_everything() {
    let scene = Scene::new("clients python").await;
    let python = Command::new(clients().join("venv/bin/python"));
    assert_all_answered(&run(python, "gql_client.py", &scene).await);
}

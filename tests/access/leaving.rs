//! Clients that leave before they are answered.

use std::time::Duration;

use futures::StreamExt as _;
use serde_json::{Value, json};
use sqlx::{Postgres, Transaction, query, query_scalar};
use tests::{database::Database, serving::Serving};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::{sleep, timeout},
};

use crate::{
    support::{PATIENCE, get, guarded, key},
    unread::{QUESTIONS, open, say},
};

const STOP: &str = r#"mutation { stopAutomation(reason: "prices are wrong") { isStopped } }"#;

/// Has all writes wait until it ends.
async fn hold(database: &Database) -> Transaction<'static, Postgres> {
    let mut held = database.pool.begin().await.unwrap();
    query("SELECT FROM ledger_head FOR UPDATE").execute(&mut *held).await.unwrap();
    held
}

/// Waits until a write waits.
async fn is_held(database: &Database) {
    let blocked = "SELECT count(*) FROM pg_stat_activity
                   WHERE datname = current_database() AND wait_event_type = 'Lock'";
    let counting = async {
        while query_scalar::<_, i64>(blocked).fetch_one(&database.pool).await.unwrap() == 0 {
            sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(PATIENCE, counting).await.unwrap();
}

/// Waits until automatic actions are stopped, or are not.
async fn until_stopped(serving: &Serving, key: &str, wanted: bool) {
    let asking = async {
        loop {
            let answer = get(serving, "/api/controls/automation", Some(key)).await;
            let automation: Value = answer.json().await.unwrap();
            if automation["isStopped"] == wanted {
                return;
            }
            sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(PATIENCE, asking).await.unwrap();
}

/// Sends a write, and leaves while it waits; comes back when the host has seen that.
async fn ask_and_leave(serving: &Serving, database: &Database, key: &str, path: &str, body: &Value) {
    let body = body.to_string();
    let request = format!(
        "POST {path} HTTP/1.1\r\nhost: vyomo\r\nauthorization: Bearer {key}\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    let mut stream = TcpStream::connect(serving.url.strip_prefix("http://").unwrap()).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    is_held(database).await;
    stream.shutdown().await.unwrap();
    let mut answer = Vec::new();
    let hung_up = timeout(PATIENCE, stream.read_to_end(&mut answer)).await.unwrap();
    assert!(hung_up.is_ok() && answer.is_empty(), "{hung_up:?}: {}", String::from_utf8_lossy(&answer));
}

#[tokio::test]
async fn a_write_that_has_begun_is_finished_though_nobody_waits_for_the_answer() {
    let (database, site) = guarded("gone").await;
    let operator = key(&site, "desk", "operator");
    let serving = site.serve();
    let because = json!({ "reason": "prices are right" });
    let (stop, resume) = ("/api/controls/automation/stop", "/api/controls/automation/resume");
    for (path, body, is_stopped) in [
        (stop, because.clone(), true),
        (resume, because, false),
        ("/graphql", json!({ "query": STOP }), true),
    ] {
        let held = hold(&database).await;
        ask_and_leave(&serving, &database, &operator, path, &body).await;
        held.commit().await.unwrap();
        until_stopped(&serving, &operator, is_stopped).await;
    }
}

#[tokio::test]
async fn a_mutation_over_a_socket_is_finished_though_nobody_waits_for_the_answer() {
    let (database, site) = guarded("gone_socket").await;
    let operator = key(&site, "desk", "operator");
    let serving = site.serve();
    let mut socket = open(&serving, QUESTIONS, &operator).await;
    let held = hold(&database).await;
    say(&mut socket, &json!({ "type": "subscribe", "id": "1", "payload": { "query": STOP } })).await;
    is_held(&database).await;
    socket.close(None).await.unwrap();
    let hung_up = async { while matches!(socket.next().await, Some(Ok(_))) {} };
    timeout(PATIENCE, hung_up).await.unwrap();
    held.commit().await.unwrap();
    until_stopped(&serving, &operator, true).await;
}

#[tokio::test]
async fn a_host_that_is_told_to_stop_finishes_what_nobody_waits_for() {
    let (database, site) = guarded("gone_stop").await;
    let site = site.with("VYOMO_SERVER__DRAIN_SECONDS", "60");
    let operator = key(&site, "desk", "operator");
    let serving = site.serve();
    let held = hold(&database).await;
    ask_and_leave(&serving, &database, &operator, "/graphql", &json!({ "query": STOP })).await;
    let address = serving.url.strip_prefix("http://").unwrap().to_owned();
    let stopping = tokio::task::spawn_blocking(|| serving.stop());
    let closed = async { while TcpStream::connect(&address).await.is_ok() {} };
    timeout(PATIENCE, closed).await.unwrap();
    held.commit().await.unwrap();
    let (code, log) = stopping.await.unwrap();
    assert_eq!(code, 0, "{log}");
    let stopped = "SELECT count(*) FROM blockchain_blocks WHERE type = 'AUTOMATION_STOPPED'";
    assert_eq!(query_scalar::<_, i64>(stopped).fetch_one(&database.pool).await.unwrap(), 1);
}

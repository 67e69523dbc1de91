//! Connections whose clients leave without reading.

use std::time::Duration;

use futures::{SinkExt as _, StreamExt as _};
use serde_json::json;
use tests::{database::Database, serving::Serving};
use tokio::net::TcpStream;
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{Message, client::IntoClientRequest as _, http::HeaderValue},
};

use crate::support::{PATIENCE, guarded, key};

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

async fn open(serving: &Serving, key: &str) -> Socket {
    let mut request =
        format!("{}/graphql", serving.url.replacen("http", "ws", 1)).into_client_request().unwrap();
    request.headers_mut().insert("Sec-WebSocket-Protocol", HeaderValue::from_static("graphql-transport-ws"));
    let (mut socket, _) = connect_async(request).await.unwrap();
    say(&mut socket, &json!({ "type": "connection_init", "payload": { "apiKey": key } })).await;
    let acknowledged = socket.next().await.unwrap().unwrap();
    assert!(acknowledged.to_text().unwrap().contains("connection_ack"), "{acknowledged}");
    socket
}

async fn say(socket: &mut Socket, message: &serde_json::Value) {
    socket.send(Message::text(message.to_string())).await.unwrap();
}

#[tokio::test]
async fn what_was_asked_for_is_done_though_nobody_waits_for_the_answer() {
    let (database, site) = guarded("gone").await;
    let operator = key(&site, "desk", "operator");
    let serving = site.serve();
    let mut socket = open(&serving, &operator).await;
    let query = r#"mutation { stopAutomation(reason: "prices are wrong") { isStopped } }"#;
    // It waits for this row, and meanwhile its client leaves.
    let mut held = database.pool.begin().await.unwrap();
    sqlx::query("SELECT FROM ledger_head FOR UPDATE").execute(&mut *held).await.unwrap();
    say(&mut socket, &json!({ "type": "subscribe", "id": "1", "payload": { "query": query } })).await;
    let blocked = "SELECT count(*) FROM pg_stat_activity
                   WHERE datname = current_database() AND wait_event_type = 'Lock'";
    until_some(&database, blocked).await;
    drop(socket);
    tokio::time::sleep(Duration::from_millis(500)).await;
    held.commit().await.unwrap();
    let stopped = "SELECT count(*) FROM blockchain_blocks WHERE type = 'AUTOMATION_STOPPED'";
    until_some(&database, stopped).await;
}

/// Counts until there is something.
async fn until_some(database: &Database, count: &'static str) {
    let counting = async {
        while sqlx::query_scalar::<_, i64>(count).fetch_one(&database.pool).await.unwrap() == 0 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(PATIENCE, counting).await.unwrap();
}

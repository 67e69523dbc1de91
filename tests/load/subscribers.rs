//! How long it takes until subscribers hear.

use std::{sync::Arc, time::Duration};

use futures::{SinkExt as _, StreamExt as _, stream};
use host::domain::{rfc3339, time::Timestamp};
use serde_json::{Value, json};
use tokio::{net::TcpStream, sync::Mutex, task::JoinSet};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{Message, client::IntoClientRequest as _},
};

use crate::{ingest, market::Market, served::Host, summary::Summary};

/// Requests a second while subscribers listen.
const RATE: u32 = 40;

/// Bars in a thousand that stand out meanwhile: with 4,000 bars a second about 200 a second.
const PER_MILLE: u64 = 50;

/// Connections that are opened at once.
const OPENED_AT_ONCE: usize = 32;

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

pub(crate) async fn listen(host: &Host, market: &mut Market, subscribers: usize, time: Duration) {
    let symbols = market.symbols();
    let sockets: Vec<Socket> = stream::iter(0..subscribers)
        .map(|number| subscribe(host, number % symbols))
        .buffer_unordered(OPENED_AT_ONCE)
        .collect()
        .await;
    let delays = Arc::new(Mutex::new(Vec::new()));
    let mut listening = JoinSet::new();
    for socket in sockets {
        listening.spawn(hear(socket, Arc::clone(&delays)));
    }
    market.set_per_mille(PER_MILLE);
    let anomalies = ingest::keep_busy(host, market, RATE, time).await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    listening.shutdown().await;
    let delays = std::mem::take(&mut *delays.lock().await);
    println!(
        "{subscribers} subscribers, {anomalies} anomalies: {:.0} deliveries a second ({:.1} % of {}); after recording {}",
        delays.len() as f64 / time.as_secs_f64(),
        delays.len() as f64 * 100.0 / (anomalies * subscribers / symbols).max(1) as f64,
        anomalies * subscribers / symbols,
        Summary::of(delays.into_iter()),
    );
}

async fn subscribe(host: &Host, symbol: usize) -> Socket {
    let mut request =
        format!("{}/graphql", host.url.replacen("http", "ws", 1)).into_client_request().unwrap();
    request.headers_mut().insert("sec-websocket-protocol", "graphql-transport-ws".parse().unwrap());
    let (mut socket, _) = connect_async(request).await.unwrap();
    say(&mut socket, &json!({ "type": "connection_init" })).await;
    let acknowledged = socket.next().await.unwrap().unwrap();
    assert!(acknowledged.to_text().unwrap().contains("connection_ack"), "{acknowledged}");
    let filter = format!(r#"{{ symbol: "S{symbol}" }}"#);
    let query = format!(
        "subscription {{ anomalyDetected(filter: {filter}) {{ blockNumber anomaly {{ id recordedAt }} }} }}"
    );
    let payload = json!({ "query": query });
    say(&mut socket, &json!({ "id": "1", "type": "subscribe", "payload": payload })).await;
    socket
}

async fn say(socket: &mut Socket, message: &Value) {
    socket.send(Message::text(message.to_string())).await.unwrap();
}

/// Notes how long after it was recorded each anomaly is heard of: a little more than after its commit.
async fn hear(mut socket: Socket, delays: Arc<Mutex<Vec<Duration>>>) {
    while let Some(Ok(message)) = socket.next().await {
        let Ok(text) = message.to_text() else { continue };
        let said: Value = serde_json::from_str(text).unwrap_or_default();
        let recorded = &said["payload"]["data"]["anomalyDetected"]["anomaly"]["recordedAt"];
        let Some(at) = recorded.as_str().and_then(|at| rfc3339::parse(at.as_bytes())) else {
            if said["type"] == "ping" {
                say(&mut socket, &json!({ "type": "pong" })).await;
            } else if said["type"] != "next" {
                println!("{text}");
            } else {
                println!("{said}");
            }
            continue;
        };
        let delay = (Timestamp::now().0 - at).max(0).unsigned_abs();
        delays.lock().await.push(Duration::from_micros(delay));
    }
}

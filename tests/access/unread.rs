//! Connections whose clients do not read.

use std::{fmt::Write as _, fs, time::Duration};

use futures::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tests::{
    database::Database,
    serving::{Serving, Site},
};
use tokio::{
    net::{TcpSocket, TcpStream},
    time::{sleep, timeout},
};
use tokio_tungstenite::{
    WebSocketStream, client_async,
    tungstenite::{Message, client::IntoClientRequest as _, http::HeaderValue},
};

use crate::support::{PATIENCE, guarded, key};

pub(crate) type Socket = WebSocketStream<TcpStream>;

/// Bytes that the client's side holds for it.
const LITTLE: u32 = 4_096;

/// Connects and says who it is.
pub(crate) async fn open(serving: &Serving, (path, protocol): (&str, &'static str), key: &str) -> Socket {
    let url = format!("{}{path}", serving.url.replacen("http", "ws", 1));
    let mut request = url.into_client_request().unwrap();
    request.headers_mut().insert("Sec-WebSocket-Protocol", HeaderValue::from_static(protocol));
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(LITTLE).unwrap();
    let address = serving.url.strip_prefix("http://").unwrap().parse().unwrap();
    let stream = socket.connect(address).await.unwrap();
    let (mut socket, _) = client_async(request, stream).await.unwrap();
    say(&mut socket, &json!({ "type": "connection_init", "payload": { "apiKey": key } })).await;
    let acknowledged = socket.next().await.unwrap().unwrap();
    assert!(acknowledged.to_text().unwrap().contains("connection_ack"), "{acknowledged}");
    socket
}

pub(crate) const QUESTIONS: (&str, &str) = ("/graphql", "graphql-transport-ws");
const ROWS: (&str, &str) = ("/api/ingest/feed", "vyomo-ingest.v1");

pub(crate) async fn say(socket: &mut Socket, message: &Value) {
    timeout(PATIENCE, socket.send(Message::text(message.to_string()))).await.unwrap().unwrap();
}

/// Waits until the host has begun to write a message that is longer than all that systems hold between two processes.
async fn is_stuck(socket: &Socket) {
    let mut head = [0; 10];
    let peeking = async { while socket.get_ref().peek(&mut head).await.unwrap() < head.len() {} };
    timeout(PATIENCE, peeking).await.unwrap();
    // RFC 6455, 5.2: a text of 64 KiB and more.
    assert_eq!(head[..2], [0x81, 127]);
    let length = u64::from_be_bytes(head[2..].try_into().unwrap());
    assert!(length > 20 << 20, "{length}");
}

/// Waits until the host has hung up, without reading.
async fn is_gone(mut socket: Socket) {
    let ended = async {
        while socket.send(Message::Ping(Vec::new().into())).await.is_ok() {
            sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(PATIENCE, ended).await.unwrap();
}

/// Makes the policies of a site as long as they may be.
fn lengthen_policies(site: &Site) {
    for name in ["behavior", "conflict", "default", "market"] {
        let path = site.path("policies").join(format!("{name}.rhai"));
        let text = fs::read_to_string(&path).unwrap();
        let rest = "x".repeat(65_000 - text.len());
        fs::write(&path, format!("{text}\n// {rest}\n")).unwrap();
    }
}

/// Asks for all policies a hundred times: some 25 MB.
fn long_question() -> Value {
    let fields = (0..100).fold(String::new(), |mut fields, number| {
        write!(fields, "p{number}: policies {{ files {{ text }} }} ").unwrap();
        fields
    });
    json!({ "type": "subscribe", "id": "long", "payload": { "query": format!("{{ {fields} }}") } })
}

/// Rows whose refusals are some 25 MB.
fn refused_rows() -> Value {
    let row = json!({ "timestamp": 1, "symbol": "TEST", "close": "9".repeat(25_000) });
    json!({ "type": "rows", "id": "long", "bars": vec![row; 1_000] })
}

/// Nothing but the end of a key ends a connection here.
async fn patient(name: &str) -> (Database, Site) {
    let (database, site) = guarded(name).await;
    let site = site.with("VYOMO_SUBSCRIPTIONS__WRITE_TIMEOUT_SECONDS", "36000");
    let site = site.with("VYOMO_SUBSCRIPTIONS__PING_SECONDS", "36000");
    (database, site)
}

#[tokio::test]
async fn who_does_not_read_loses_the_connection_with_the_key() {
    let (_database, site) = patient("unread").await;
    let site = site.with("VYOMO_GRAPHQL__MAX_COMPLEXITY", "1000000000");
    lengthen_policies(&site);
    let viewer = key(&site, "revoked", "viewer");
    let serving = site.serve();
    let made = site.host(&["key", "create", "brief", "--scope", "viewer", "--expires", "10s"]);
    let mut brief = open(&serving, QUESTIONS, made.out.trim_end()).await;
    let mut revoked = open(&serving, QUESTIONS, &viewer).await;
    for socket in [&mut brief, &mut revoked] {
        say(socket, &long_question()).await;
        is_stuck(socket).await;
    }
    assert_eq!(site.host(&["key", "revoke", "revoked"]).code, 0);
    is_gone(revoked).await;
    is_gone(brief).await;
}

#[tokio::test]
async fn who_sends_rows_and_does_not_read_loses_the_connection_with_the_key() {
    let (_database, site) = patient("unread_rows").await;
    let site = site.with("VYOMO_SERVER__MAX_BODY_BYTES", "60000000");
    let feed = key(&site, "feed", "ingest");
    let serving = site.serve();
    let mut socket = open(&serving, ROWS, &feed).await;
    say(&mut socket, &refused_rows()).await;
    is_stuck(&socket).await;
    assert_eq!(site.host(&["key", "revoke", "feed"]).code, 0);
    is_gone(socket).await;
}

//! A client of GraphQL over WebSockets.

use futures::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tests::serving::Serving;
use tokio::net::TcpStream;
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{Message, client::IntoClientRequest as _, http::HeaderValue},
};

use crate::scene::LONG;

/// The protocol of today, and the one before.
pub(crate) const TODAY: &str = "graphql-transport-ws";
pub(crate) const BEFORE: &str = "graphql-ws";

pub(crate) struct Client {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    protocol: &'static str,
}

/// What a host says.
#[derive(Debug, PartialEq)]
pub(crate) enum Said {
    Message(Value),
    Closed(u16, String),
    Gone,
}

impl Client {
    /// Connects, and says nothing yet.
    pub(crate) async fn connect(host: &Serving, protocol: &'static str) -> Self {
        let url = format!("{}/graphql", host.url.replacen("http", "ws", 1));
        let mut request = url.into_client_request().unwrap();
        request.headers_mut().insert("Sec-WebSocket-Protocol", HeaderValue::from_static(protocol));
        let (socket, answer) = connect_async(request).await.unwrap();
        assert_eq!(answer.headers()["Sec-WebSocket-Protocol"], protocol);
        Self { socket, protocol }
    }

    /// Connects and says who it is.
    pub(crate) async fn open(host: &Serving, protocol: &'static str, payload: &Value) -> Self {
        let mut client = Self::connect(host, protocol).await;
        client.say(&json!({"type": "connection_init", "payload": payload})).await;
        assert_eq!(client.next().await, Said::Message(json!({"type": "connection_ack"})));
        client
    }

    pub(crate) async fn say(&mut self, message: &Value) {
        self.socket.send(Message::text(message.to_string())).await.unwrap();
    }

    pub(crate) async fn subscribe(&mut self, id: &str, query: &str) {
        let kind = if self.protocol == TODAY { "subscribe" } else { "start" };
        self.say(&json!({"type": kind, "id": id, "payload": {"query": query}})).await;
    }

    pub(crate) async fn unsubscribe(&mut self, id: &str) {
        let kind = if self.protocol == TODAY { "complete" } else { "stop" };
        self.say(&json!({"type": kind, "id": id})).await;
    }

    /// What the host says next; control frames aside.
    pub(crate) async fn next(&mut self) -> Said {
        loop {
            let message = tokio::time::timeout(LONG, self.socket.next()).await.unwrap();
            match message {
                Some(Ok(Message::Text(text))) => {
                    return Said::Message(serde_json::from_str(text.as_str()).unwrap());
                }
                Some(Ok(Message::Close(Some(frame)))) => {
                    return Said::Closed(frame.code.into(), frame.reason.as_str().to_owned());
                }
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return Said::Gone,
            }
        }
    }

    /// The payload of the next item of a subscription.
    pub(crate) async fn item(&mut self, id: &str) -> Value {
        let kind = if self.protocol == TODAY { "next" } else { "data" };
        match self.next().await {
            Said::Message(mut message) if message["type"] == kind && message["id"] == id => {
                message["payload"].take()
            }
            other => panic!("{other:?}"),
        }
    }
}

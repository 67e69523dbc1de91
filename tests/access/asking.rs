//! One question, asked with different credentials.

use futures::{SinkExt as _, StreamExt as _};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tests::serving::Serving;
use tokio::time::timeout;
use tokio_tungstenite::{
    connect_async,
    tungstenite::{Message, client::IntoClientRequest as _},
};

use crate::support::{PATIENCE, client};

/// What a host makes of a question, as far as it is about who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Nobody knows who asks.
    Unknown,
    /// The one who asks may not.
    Forbidden,
    /// Whatever is answered.
    Heard,
}

/// A request of REST.
pub(crate) struct Request {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) body: Option<Value>,
}

impl Request {
    pub(crate) async fn ask(&self, serving: &Serving, credential: Option<&str>) -> Verdict {
        let request = client().request(self.method.clone(), format!("{}{}", serving.url, self.path));
        let request = match &self.body {
            Some(body) => request.json(body),
            None => request,
        };
        Self::verdict(request, credential).await
    }

    /// With a body and a parameter that nothing takes.
    pub(crate) async fn ask_badly(&self, serving: &Serving, credential: Option<&str>) -> Verdict {
        let path = self.path.split('?').next().unwrap_or_default();
        let request = client().request(self.method.clone(), format!("{}{path}?no=such", serving.url));
        let request = request.header("content-type", "application/json").body("{");
        Self::verdict(request, credential).await
    }

    async fn verdict(mut request: reqwest::RequestBuilder, credential: Option<&str>) -> Verdict {
        if let Some(credential) = credential {
            request = request.bearer_auth(credential);
        }
        match request.send().await.unwrap().status() {
            StatusCode::UNAUTHORIZED => Verdict::Unknown,
            StatusCode::FORBIDDEN => Verdict::Forbidden,
            _ => Verdict::Heard,
        }
    }
}

/// Asks a query or mutation of GraphQL.
pub(crate) async fn ask(serving: &Serving, query: &str, credential: Option<&str>) -> Verdict {
    let mut request = client().post(format!("{}/graphql", serving.url)).json(&json!({ "query": query }));
    if let Some(credential) = credential {
        request = request.bearer_auth(credential);
    }
    let answer = request.send().await.unwrap();
    if answer.status() == StatusCode::UNAUTHORIZED {
        return Verdict::Unknown;
    }
    let answer: Value = answer.json().await.unwrap();
    assert!(!answer.to_string().contains("Unknown field"), "{query}: {answer}");
    of_answer(&answer)
}

fn of_answer(answer: &Value) -> Verdict {
    let mut errors = answer["errors"].as_array().into_iter().flatten();
    let is_forbidden = errors.any(|error| error["extensions"]["code"] == "FORBIDDEN");
    if is_forbidden { Verdict::Forbidden } else { Verdict::Heard }
}

/// Subscribes, and asks something harmless besides, whose answer comes if the subscription has nothing to say yet.
pub(crate) async fn subscribe(
    serving: &Serving,
    query: &str,
    credential: Option<&str>,
    expected: Verdict,
) -> Verdict {
    let url = format!("{}/graphql", serving.url.replacen("http", "ws", 1));
    let mut request = url.into_client_request().unwrap();
    request.headers_mut().insert("sec-websocket-protocol", "graphql-transport-ws".parse().unwrap());
    let (mut socket, _) = connect_async(request).await.unwrap();
    let payload = credential.map_or(json!({}), |credential| json!({ "apiKey": credential }));
    for message in [
        json!({ "type": "connection_init", "payload": payload }),
        json!({ "type": "subscribe", "id": "1", "payload": { "query": query } }),
        json!({ "type": "subscribe", "id": "2", "payload": { "query": "{ __typename }" } }),
    ] {
        // Who is refused may be cut off before all is said.
        let _ = socket.send(Message::text(message.to_string())).await;
    }
    loop {
        let message: Value = match timeout(PATIENCE, socket.next()).await.unwrap() {
            Some(Ok(Message::Text(text))) => serde_json::from_str(&text).unwrap(),
            Some(Ok(Message::Close(Some(frame)))) => {
                assert_eq!(u16::from(frame.code), 4403, "{}", frame.reason);
                return Verdict::Unknown;
            }
            Some(Ok(_)) => continue,
            ended => panic!("{query}: {ended:?}"),
        };
        let is_first = message["id"] == "1";
        if is_first && message["type"] != "complete" {
            assert!(!message.to_string().contains("Unknown field"), "{query}: {message}");
            let errors = if message["type"] == "error" {
                json!({ "errors": message["payload"] })
            } else {
                message["payload"].clone()
            };
            return of_answer(&errors);
        }
        if !is_first && message["type"] == "complete" && expected == Verdict::Heard {
            return Verdict::Heard;
        }
    }
}

//! A server that speaks the Messages API as Anthropic documents it, faults included.

use std::{
    collections::VecDeque,
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::State,
    http::{HeaderMap, StatusCode},
    response::Response,
    routing::post,
};
use futures::stream;
use serde_json::{Value, json};
use tokio::{net::TcpListener, runtime::Handle};

/// What the server does with a request.
#[derive(Clone)]
pub(crate) enum Reaction {
    /// 200 with this text of the model.
    Say(String),
    /// The same after more than a second.
    SayLate(String),
    /// 200 with this body.
    Body(String),
    /// 200 with this stop reason and no text.
    Stop(&'static str),
    /// An error: status, type, message, headers.
    Fail(u16, &'static str, &'static str, &'static [(&'static str, &'static str)]),
    /// Half a response.
    Cut,
    /// Never an end.
    Endless,
    /// No response while anybody waits.
    Hang,
}

/// What a client sent.
#[derive(Clone)]
pub(crate) struct Received {
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
}

#[derive(Default)]
struct Script {
    reactions: VecDeque<Reaction>,
    received: Vec<Received>,
}

/// The server; reacts as told, the last reaction again and again.
#[derive(Clone)]
pub(crate) struct Api {
    script: Arc<Mutex<Script>>,
    address: SocketAddr,
}

impl Api {
    pub(crate) fn start(runtime: &Handle, reactions: impl IntoIterator<Item = Reaction>) -> Self {
        let script = Script { reactions: reactions.into_iter().collect(), received: Vec::new() };
        let script = Arc::new(Mutex::new(script));
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = listener.local_addr().unwrap();
        let router = Router::new().route("/v1/messages", post(messages)).with_state(script.clone());
        runtime.spawn(async move { axum::serve(listener, router).await });
        Self { script, address }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(crate) fn received(&self) -> Vec<Received> {
        self.script.lock().unwrap().received.clone()
    }
}

async fn messages(State(script): State<Arc<Mutex<Script>>>, headers: HeaderMap, body: Bytes) -> Response {
    let body: Value = serde_json::from_slice(&body).unwrap_or_default();
    let reaction = {
        let mut script = script.lock().unwrap();
        script.received.push(Received { headers: headers.clone(), body: body.clone() });
        let last = script.reactions.len() == 1;
        if last { script.reactions[0].clone() } else { script.reactions.pop_front().unwrap() }
    };
    if let Some(wrong) = refusal(&headers, &body) {
        return fail(400, "invalid_request_error", wrong, &[]);
    }
    react(reaction).await
}

/// What the real API refuses.
fn refusal(headers: &HeaderMap, body: &Value) -> Option<&'static str> {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let schema = &body["output_config"]["format"]["schema"];
    let wrong = [
        (header("anthropic-version") != "2023-06-01", "anthropic-version: header is required"),
        (header("x-api-key").is_empty(), "x-api-key: header is required"),
        (header("content-type") != "application/json", "content-type: must be application/json"),
        (!body["model"].is_string(), "model: field required"),
        (!body["max_tokens"].is_u64(), "max_tokens: field required"),
        (body["messages"][0]["role"] != "user", "messages: first message must use the user role"),
        (body["output_config"]["format"]["type"] != "json_schema", "output_config.format.type: unknown"),
        (
            schema["additionalProperties"] != false,
            "output_config.format.schema: additionalProperties must be false",
        ),
    ];
    wrong.into_iter().find_map(|(is_wrong, what)| is_wrong.then_some(what))
}

async fn react(reaction: Reaction) -> Response {
    match reaction {
        Reaction::Say(text) => ok(message("end_turn", &json!([{"type": "text", "text": text}])).to_string()),
        Reaction::SayLate(text) => {
            tokio::time::sleep(Duration::from_millis(1_200)).await;
            ok(message("end_turn", &json!([{"type": "text", "text": text}])).to_string())
        }
        Reaction::Body(body) => ok(body),
        Reaction::Stop(reason) => ok(message(reason, &json!([])).to_string()),
        Reaction::Fail(status, kind, text, headers) => fail(status, kind, text, headers),
        Reaction::Cut => {
            let parts = [Ok(Bytes::from("{\"id\":")), Err(std::io::Error::other("cut"))];
            Response::new(Body::from_stream(stream::iter(parts)))
        }
        Reaction::Endless => {
            let part = || Ok::<_, std::io::Error>(Bytes::from(vec![b' '; 1 << 16]));
            Response::new(Body::from_stream(stream::repeat_with(part)))
        }
        Reaction::Hang => {
            tokio::time::sleep(Duration::from_secs(3_600)).await;
            Response::new(Body::empty())
        }
    }
}

/// A message of the model, with the usage of a request whose instructions were kept.
pub(crate) fn message(stop_reason: &str, content: &Value) -> Value {
    json!({
        "id": "msg_01XFDUDYJgAACzvnptvVoYEL",
        "type": "message",
        "role": "assistant",
        "model": "claude-sonnet-4-6-20260217",
        "content": content,
        "stop_reason": stop_reason,
        "stop_sequence": null,
        "stop_details": (stop_reason == "refusal").then(|| json!({"type": "refusal", "category": "cyber"})),
        "usage": {
            "input_tokens": 400,
            "cache_creation_input_tokens": null,
            "cache_read_input_tokens": 1_200,
            "cache_creation": {"ephemeral_5m_input_tokens": 0, "ephemeral_1h_input_tokens": 0},
            "output_tokens": 100,
            "service_tier": "standard"
        }
    })
}

fn ok(body: String) -> Response {
    Response::builder()
        .header("content-type", "application/json")
        .header("request-id", "req_011CSHoEeqs5C35K2UUqR7Fy")
        .body(body.into())
        .unwrap()
}

fn fail(status: u16, kind: &str, text: &str, headers: &[(&str, &str)]) -> Response {
    let body = json!({"type": "error", "error": {"type": kind, "message": text}, "request_id": "req_011"});
    let mut response = ok(body.to_string());
    *response.status_mut() = StatusCode::from_u16(status).unwrap();
    for (name, value) in headers {
        let name: axum::http::HeaderName = name.parse().unwrap();
        response.headers_mut().insert(name, value.parse().unwrap());
    }
    response
}

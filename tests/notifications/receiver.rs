//! A recipient's webhook, on a real socket.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
};

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode},
    routing::post,
};
use tokio::net::TcpListener;

/// Of the specification's example.
pub(crate) const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// A request as it came.
#[derive(Clone, Debug)]
pub(crate) struct Got {
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Got {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers[name].to_str().unwrap()
    }
}

/// Statuses, and what `Retry-After` says.
type Script = VecDeque<(u16, Option<&'static str>)>;

/// Answers one request after the other as told, and then with 204.
#[derive(Clone)]
pub(crate) struct Receiver {
    script: Arc<Mutex<Script>>,
    got: Arc<Mutex<Vec<Got>>>,
    pub(crate) port: u16,
}

impl Receiver {
    /// Each answer is a status, and what `Retry-After` says.
    pub(crate) async fn start(script: impl IntoIterator<Item = (u16, Option<&'static str>)>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let receiver = Self {
            script: Arc::new(Mutex::new(script.into_iter().collect())),
            got: Arc::default(),
            port: listener.local_addr().unwrap().port(),
        };
        let router = Router::new().route("/hooks/path-secret", post(answer)).with_state(receiver.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        receiver
    }

    pub(crate) fn got(&self) -> Vec<Got> {
        self.got.lock().unwrap().clone()
    }

    /// Its URL has a secret in its path, as some have.
    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}/hooks/path-secret", self.port)
    }
}

async fn answer(
    State(receiver): State<Receiver>,
    headers: HeaderMap,
    body: Bytes,
) -> (StatusCode, HeaderMap) {
    receiver.got.lock().unwrap().push(Got { headers, body });
    let (status, after) = receiver.script.lock().unwrap().pop_front().unwrap_or((204, None));
    let mut headers = HeaderMap::new();
    if let Some(after) = after {
        headers.insert("retry-after", after.parse().unwrap());
    }
    (StatusCode::from_u16(status).unwrap(), headers)
}

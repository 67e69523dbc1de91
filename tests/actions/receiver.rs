//! A system that is told, on a real socket.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse as _, Response},
    routing::any,
};
use host::{
    actions::webhook::{Endpoints, TIMEOUT},
    config::{Secret, WebhookConfig},
    outbound::Outbound,
};
use tokio::{net::TcpListener, time::sleep};

/// Of the specification's example.
pub(crate) const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// How a request is answered.
#[derive(Clone, Debug)]
pub(crate) enum Answer {
    /// With this status.
    Status(u16),
    /// With this status and a header.
    Header(u16, &'static str, &'static str),
    /// Not within anybody's patience.
    Late,
}

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

/// Answers one request after the other as told, and then with 204.
#[derive(Clone)]
pub(crate) struct Receiver {
    script: Arc<Mutex<VecDeque<Answer>>>,
    got: Arc<Mutex<Vec<Got>>>,
    pub(crate) port: u16,
}

impl Receiver {
    pub(crate) async fn start(script: impl IntoIterator<Item = Answer>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let receiver = Self {
            script: Arc::new(Mutex::new(script.into_iter().collect())),
            got: Arc::default(),
            port: listener.local_addr().unwrap().port(),
        };
        let router = Router::new().fallback(any(answer)).with_state(receiver.clone());
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

    /// It, as `default`.
    pub(crate) fn endpoints(&self) -> Endpoints {
        endpoints(&self.url(), &[SECRET])
    }
}

async fn answer(State(receiver): State<Receiver>, headers: HeaderMap, body: Bytes) -> Response {
    receiver.got.lock().unwrap().push(Got { headers, body });
    let next = receiver.script.lock().unwrap().pop_front();
    let status = |code| StatusCode::from_u16(code).unwrap();
    match next.unwrap_or(Answer::Status(204)) {
        Answer::Status(code) => status(code).into_response(),
        Answer::Header(code, name, value) => (status(code), [(name, value)]).into_response(),
        Answer::Late => {
            sleep(Duration::from_secs(60)).await;
            StatusCode::OK.into_response()
        }
    }
}

/// One endpoint, `default`, that may be in one's own network.
pub(crate) fn endpoints(url: &str, secrets: &[&str]) -> Endpoints {
    let config = WebhookConfig {
        url: Secret::from(url.to_owned()),
        secrets: secrets.iter().map(|secret| Secret::from((*secret).to_owned())).collect(),
        allow_private: true,
    };
    Endpoints::of(&[("default".to_owned(), config)].into()).unwrap()
}

/// A sender with as much patience as the host has.
pub(crate) fn sender() -> Outbound {
    Outbound::new(TIMEOUT).unwrap()
}

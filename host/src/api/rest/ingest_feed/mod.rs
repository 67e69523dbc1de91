//! `/api/ingest/feed`: rows over a WebSocket, many batches at a time.

mod message;
mod session;

use std::sync::Arc;

use axum::{
    Extension,
    extract::{
        State,
        ws::{WebSocketUpgrade, rejection::WebSocketUpgradeRejection},
    },
    http::{
        HeaderMap, StatusCode,
        header::{AUTHORIZATION, UPGRADE},
    },
    response::{IntoResponse as _, Response},
};
use tokio::sync::Semaphore;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{Problem, Routes};
use crate::{
    access::Scope,
    api::{ClientAddress, sockets::Connections},
    service::{Platform, ServiceError},
};

/// The protocol that is spoken.
const PROTOCOL: &str = "vyomo-ingest.v1";

/// Most connections at a time that have not said yet who they are. Each may send a message as long as any.
const STRANGERS: usize = 32;

/// Who comes in, and how many.
#[derive(Clone)]
pub(super) struct Door {
    connections: Arc<Connections>,
    strangers: Arc<Semaphore>,
}

impl Door {
    /// As the settings of a platform say.
    pub(super) fn new(platform: &Platform) -> Self {
        Self {
            connections: Connections::new(platform.config.ingest.sockets.get()),
            strangers: Arc::new(Semaphore::new(STRANGERS)),
        }
    }
}

pub(super) fn routes() -> Routes {
    OpenApiRouter::new().routes(routes!(open))
}

/// Hands in rows over a WebSocket of the protocol `vyomo-ingest.v1`: docs/REST.md says how.
#[utoipa::path(get, path = "/api/ingest/feed", tag = "ingest",
    responses(
        (status = 101, description = "The connection is a WebSocket from here on."),
        (status = 426, description = "This is for WebSockets alone.", body = Problem,
            content_type = "application/problem+json")),
    security(("key" = ["ingest"])))]
async fn open(
    State(platform): State<Arc<Platform>>,
    Extension(door): Extension<Door>,
    Extension(client): Extension<ClientAddress>,
    headers: HeaderMap,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, Problem> {
    // What is no text is no credential either, and is refused as one.
    let header = headers.get(AUTHORIZATION).map(|header| header.to_str().unwrap_or_default());
    let caller = if header.is_none() && upgrade.is_ok() {
        None
    } else {
        let caller = platform.access.authenticate(header, client.0).await?;
        caller.check(Scope::Ingest)?;
        Some(caller)
    };
    let Ok(upgrade) = upgrade else { return Ok(not_a_websocket()) };
    let upgrade = upgrade.protocols([PROTOCOL]);
    if upgrade.selected_protocol().is_none() {
        let reason = format!("ask for {PROTOCOL}");
        return Err(ServiceError::invalid("Sec-WebSocket-Protocol", reason).into());
    }
    let longest = platform.config.server.max_body_bytes.get();
    let attended = platform.feed.clone();
    let upgrade = upgrade.max_message_size(longest).max_frame_size(longest);
    Ok(upgrade
        .on_upgrade(move |socket| attended.attend(session::run(platform, door, client, caller, socket))))
}

fn not_a_websocket() -> Response {
    let detail = format!("open this as a WebSocket of the protocol {PROTOCOL}");
    let problem = Problem::new(StatusCode::UPGRADE_REQUIRED, "UPGRADE_REQUIRED", detail);
    ([(UPGRADE, "websocket")], problem).into_response()
}

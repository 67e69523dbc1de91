//! GraphQL over WebSockets: the protocol `graphql-transport-ws`, and `graphql-ws` before it.

use std::{
    str::FromStr as _,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use async_graphql::{
    Data,
    http::{WebSocket as Protocol, WebSocketProtocols, WsMessage},
};
use axum::{
    Extension, Router,
    extract::{
        State,
        ws::{Message, WebSocket, WebSocketUpgrade},
    },
    http::{HeaderMap, HeaderValue, header::SEC_WEBSOCKET_PROTOCOL},
    response::{IntoResponse as _, Response},
    routing::get,
};
use futures::{Stream, StreamExt as _};
use serde_json::Value;
use tokio::{
    pin, select,
    sync::{Semaphore, oneshot},
    time::timeout,
};
use tokio_util::task::AbortOnDropHandle;

use super::{
    VyomoSchema, at_once::AtOnce, error::failed, loaders::loaders, schema, session::Session,
    subscriptions::Places,
};
use crate::{
    access::Caller,
    api::{
        ClientAddress,
        rest::Problem,
        sockets::{
            BAD_REQUEST, Connection, Connections, End, FORBIDDEN, INITIALISATION_TIMEOUT, INTERNAL,
            UNAUTHORIZED, close, ends, pings, send,
        },
    },
    service::{Platform, ServiceError},
};

/// Longest message that a client may send, bytes.
const LONGEST: usize = 256 << 10;

/// How long a connection that has to end still takes messages.
const FAREWELL: Duration = Duration::from_secs(1);

/// Connections, which say in their first message who they are.
pub(in crate::api) fn routes(platform: &Arc<Platform>) -> Router<Arc<Platform>> {
    let connections = Connections::new(platform.config.subscriptions.connections_per_key.get() as usize);
    Router::new()
        .route("/graphql", get(open))
        .layer(Extension(schema(platform)))
        .layer(Extension(connections))
}

/// Takes a WebSocket for one of the protocols.
async fn open(
    State(platform): State<Arc<Platform>>,
    Extension(schema): Extension<VyomoSchema>,
    Extension(connections): Extension<Arc<Connections>>,
    Extension(client): Extension<ClientAddress>,
    headers: HeaderMap,
    mut upgrade: WebSocketUpgrade,
) -> Response {
    let Some((name, protocol)) = preferred(&headers) else {
        let reason = "ask for graphql-transport-ws or graphql-ws";
        return Problem::from(ServiceError::invalid("Sec-WebSocket-Protocol", reason)).into_response();
    };
    upgrade.set_selected_protocol(name);
    let feed = platform.feed.clone();
    upgrade.max_message_size(LONGEST).on_upgrade(move |socket| {
        feed.attend(serve(schema, Identify { platform, connections, client }, protocol, socket))
    })
}

/// The protocol that the client likes best of those that are spoken here.
fn preferred(headers: &HeaderMap) -> Option<(HeaderValue, WebSocketProtocols)> {
    let lists = headers.get_all(SEC_WEBSOCKET_PROTOCOL).iter().filter_map(|list| list.to_str().ok());
    let mut names = lists.flat_map(|list| list.split(',')).map(str::trim);
    names.find_map(|name| Some((HeaderValue::from_str(name).ok()?, WebSocketProtocols::from_str(name).ok()?)))
}

/// Serves a connection until either side ends it.
async fn serve(schema: VyomoSchema, identify: Identify, protocol: WebSocketProtocols, socket: WebSocket) {
    let platform = Arc::clone(&identify.platform);
    let (mut out, incoming) = socket.split();
    let answers = Arc::new(AtomicBool::new(true));
    let refused = Arc::new(OnceLock::new());
    let (identified, caller) = oneshot::channel();
    let at_once = AtOnce::new();
    let session = Session::new(schema, &platform, at_once.clone());
    let init = {
        let refused = Arc::clone(&refused);
        move |payload: Value| identify.run(payload, at_once, identified, refused)
    };
    let messages =
        Protocol::new(session, texts(incoming, Arc::clone(&answers)), protocol).on_connection_init(init);
    pin!(messages);
    // By itself: it holds what others wait for, and must not stand still while a message waits to be taken.
    let mut end = AbortOnDropHandle::new(tokio::spawn(end(Arc::clone(&platform), caller)));
    let config = &platform.config.subscriptions;
    let mut pings = pings(config.ping());
    loop {
        let message = select! {
            message = messages.next() => match message {
                Some(WsMessage::Text(text)) => Message::Text(text.into()),
                Some(WsMessage::Close(code, reason)) => close(&End::new(protocol_code(code, &refused), reason)),
                None => break,
            },
            ended = &mut end => close(&ended.unwrap_or_else(|_| broken())),
            _ = pings.tick() => {
                if !answers.swap(false, Ordering::AcqRel) {
                    break;
                }
                Message::Ping(axum::body::Bytes::new())
            }
        };
        let is_last = matches!(message, Message::Close(_));
        let ended = {
            let sending = send(&mut out, message, config.write_timeout());
            pin!(sending);
            select! {
                is_sent = &mut sending => {
                    if is_sent && !is_last {
                        continue;
                    }
                    break;
                }
                ended = &mut end, if !is_last => match timeout(FAREWELL, sending).await {
                    Ok(true) => ended.unwrap_or_else(|_| broken()),
                    // Who does not read is not told why either.
                    _ => break,
                },
            }
        };
        send(&mut out, close(&ended), FAREWELL).await;
        break;
    }
}

fn broken() -> End {
    End::new(INTERNAL, "something failed inside; connect again")
}

/// What the client says, and whether it says anything.
fn texts(
    incoming: impl Stream<Item = Result<Message, axum::Error>> + Send,
    answers: Arc<AtomicBool>,
) -> impl Stream<Item = axum::body::Bytes> + Send {
    incoming.take_while(|message| std::future::ready(message.is_ok())).filter_map(move |message| {
        answers.store(true, Ordering::Release);
        let said = message.ok().filter(|message| matches!(message, Message::Text(_) | Message::Binary(_)));
        std::future::ready(said.map(Message::into_data))
    })
}

/// Why the host ends a connection, when it has to.
async fn end(platform: Arc<Platform>, caller: oneshot::Receiver<Caller>) -> End {
    match timeout(platform.config.subscriptions.init_timeout(), caller).await {
        Err(_) => End::new(INITIALISATION_TIMEOUT, "Connection initialisation timeout"),
        // It was refused, and is told so.
        Ok(Err(_)) => ends(&platform, None).await,
        Ok(Ok(caller)) => ends(&platform, Some(&caller)).await,
    }
}

/// Codes of the library by those of the protocol.
fn protocol_code(code: u16, refused: &OnceLock<()>) -> u16 {
    match code {
        1002 if refused.get().is_some() => FORBIDDEN,
        1002 => BAD_REQUEST,
        1011 => UNAUTHORIZED,
        code => code,
    }
}

/// Finds out who is at the other end.
struct Identify {
    platform: Arc<Platform>,
    connections: Arc<Connections>,
    client: ClientAddress,
}

impl Identify {
    /// What requests on the connection know.
    async fn run(
        self,
        payload: Value,
        at_once: AtOnce,
        identified: oneshot::Sender<Caller>,
        refused: Arc<OnceLock<()>>,
    ) -> async_graphql::Result<Data> {
        let (caller, counted) = self.caller(&payload).await.map_err(|error| {
            refused.get_or_init(|| ());
            failed(error)
        })?;
        let places = self.platform.config.subscriptions.per_connection.get() as usize;
        let mut data = Data::default();
        data.insert(caller.clone());
        data.insert(loaders(&self.platform, &caller, |reading| {
            tokio::spawn(reading);
        }));
        data.insert(at_once);
        data.insert(counted);
        data.insert(Places(Arc::new(Semaphore::new(places))));
        // Nobody listens if the connection ended meanwhile.
        drop(identified.send(caller));
        Ok(data)
    }

    async fn caller(&self, payload: &Value) -> Result<(Caller, Connection), ServiceError> {
        let access = &self.platform.access;
        let caller = access.authenticate_payload(payload, self.client.0).await?;
        access.charge(&caller, 1)?;
        let counted = self.connections.open(&caller.credential)?;
        Ok((caller, counted))
    }
}

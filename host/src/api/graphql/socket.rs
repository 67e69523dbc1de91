//! GraphQL over WebSockets: the protocol `graphql-transport-ws`, and `graphql-ws` before it.

use std::{str::FromStr as _, sync::Arc};

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
use futures::{FutureExt as _, StreamExt as _};
use serde_json::Value;
use tokio::{
    pin, select,
    sync::{Semaphore, oneshot},
    time::timeout,
};
use tokio_util::task::AbortOnDropHandle;

use super::{
    VyomoSchema,
    answer::Answering,
    at_once::AtOnce,
    error::failed,
    incoming::{Heard, LONGEST, messages},
    loaders::loaders,
    schema,
    session::Session,
    subscriptions::Places,
};
use crate::{
    access::Caller,
    api::{
        ClientAddress,
        rest::Problem,
        sockets::{
            Connection, Connections, End, FORBIDDEN, INITIALISATION_TIMEOUT, INTERNAL, UNAUTHORIZED, deliver,
            ends, farewell, pings,
        },
    },
    service::{Platform, ServiceError},
};

/// Queries and mutations of one connection that may be under way at the same time, beside its subscriptions.
const AT_ONCE: usize = 32;

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
    let config = &platform.config.subscriptions;
    let (mut out, incoming) = socket.split();
    let (identified, caller) = oneshot::channel();
    let at_once = AtOnce::new();
    let answering = Answering { schema, platform: Arc::clone(&platform), at_once: at_once.clone() };
    let heard = Arc::new(Heard::new());
    let most = AT_ONCE + config.per_connection.get() as usize;
    let said = messages(incoming, protocol, most, Arc::clone(&heard));
    let messages = Protocol::from_message_stream(Session(answering), said, protocol)
        .on_connection_init(move |payload| identify.run(payload, at_once, identified));
    pin!(messages);
    // By itself: it holds what others wait for, and must not stand still while a message waits to be taken.
    let end = tokio::spawn(end(Arc::clone(&platform), caller));
    let mut end = AbortOnDropHandle::new(end).map(|end| end.unwrap_or_else(|_| broken()));
    let mut pings = pings(config.ping());
    let why = loop {
        let message = select! {
            message = messages.next() => match message {
                Some(WsMessage::Text(text)) => Message::Text(text.into()),
                Some(WsMessage::Close(code, reason)) => break Some(End::new(protocol_code(code), reason)),
                None => break heard.wrong(),
            },
            why = &mut end => break Some(why),
            _ = pings.tick() => {
                if !heard.is_there() {
                    break None;
                }
                Message::Ping(axum::body::Bytes::new())
            }
        };
        if let Err(why) = deliver(&mut out, message, config.write_timeout(), &mut end).await {
            break why;
        }
    };
    if let Some(why) = why {
        farewell(&mut out, &why).await;
    }
}

fn broken() -> End {
    End::new(INTERNAL, "something failed inside; connect again")
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

/// Codes of the library by those of the protocol. It says 1002 to who may not come in.
fn protocol_code(code: u16) -> u16 {
    match code {
        1002 => FORBIDDEN,
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
    ) -> async_graphql::Result<Data> {
        let (caller, counted) = self.caller(&payload).await.map_err(failed)?;
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

use std::sync::{
    Arc, OnceLock,
    atomic::{AtomicBool, Ordering},
};

use async_graphql::http::{ClientMessage, WebSocketProtocols};
use axum::{body::Bytes, extract::ws::Message};
use futures::{Stream, StreamExt as _, stream::unfold};
use tokio::sync::Semaphore;

use super::operations::Operations;
use crate::api::sockets::{BAD_REQUEST, End, ID_IN_USE, TOO_BIG};

/// Longest message that a client may send, bytes.
pub(super) const LONGEST: usize = 256 << 10;

/// What both directions of a connection know of the client.
pub(super) struct Heard {
    /// Whether it said something lately.
    is_there: AtomicBool,
    /// Whether anybody listens to it.
    is_listened_to: AtomicBool,
    /// Why the connection has to end because of what it said.
    wrong: OnceLock<End>,
}

impl Heard {
    /// Of a client that has just come.
    pub(super) fn new() -> Self {
        Self {
            is_there: AtomicBool::new(true),
            is_listened_to: AtomicBool::new(true),
            wrong: OnceLock::new(),
        }
    }

    /// Whether the client said something since this was asked before. Who is not listened to cannot be heard.
    pub(super) fn is_there(&self) -> bool {
        self.is_there.swap(!self.is_listened_to.load(Ordering::Acquire), Ordering::AcqRel)
    }

    /// Why the connection has to end because of what the client said.
    pub(super) fn wrong(&self) -> Option<End> {
        self.wrong.get().cloned()
    }
}

/// What a client says, as messages of the protocol. While `most` operations are under way, answers that wait to be
/// taken too, nothing more is read: who sends too fast or takes no answers waits.
pub(super) fn messages(
    incoming: impl Stream<Item = Result<Message, axum::Error>> + Send + Unpin,
    protocol: WebSocketProtocols,
    most: usize,
    heard: Arc<Heard>,
) -> impl Stream<Item = serde_json::Result<ClientMessage>> + Send {
    let listener = Listener {
        incoming,
        places: Arc::new(Semaphore::new(most)),
        operations: Operations::new(protocol),
        heard,
    };
    unfold(listener, |mut listener| async move {
        let message = listener.next().await?;
        Some((Ok(message), listener))
    })
}

struct Listener<S> {
    incoming: S,
    places: Arc<Semaphore>,
    operations: Operations,
    heard: Arc<Heard>,
}

impl<S: Stream<Item = Result<Message, axum::Error>> + Send + Unpin> Listener<S> {
    /// The next message, when there is room for an operation; `None` at the end.
    async fn next(&mut self) -> Option<ClientMessage> {
        self.heard.is_listened_to.store(false, Ordering::Release);
        let place = Arc::clone(&self.places).acquire_owned().await.ok()?;
        self.heard.is_listened_to.store(true, Ordering::Release);
        let text = self.text().await?;
        let mut message = match ClientMessage::from_bytes(&text) {
            Ok(message) => message,
            Err(error) => return self.refuse(End::new(BAD_REQUEST, format!("Invalid message: {error}"))),
        };
        if let ClientMessage::Start { id, payload } = &mut message
            && !self.operations.begin(id, place, payload)
        {
            return self.refuse(End::new(ID_IN_USE, format!("Subscriber for {id} already exists")));
        }
        Some(message)
    }

    async fn text(&mut self) -> Option<Bytes> {
        loop {
            let said = self.incoming.next().await?;
            self.heard.is_there.store(true, Ordering::Release);
            match said {
                Ok(message @ (Message::Text(_) | Message::Binary(_))) => return Some(message.into_data()),
                Ok(_) => {}
                Err(_) => {
                    return self
                        .refuse(End::new(TOO_BIG, format!("send at most {LONGEST} bytes in a message")));
                }
            }
        }
    }

    fn refuse<T>(&self, end: End) -> Option<T> {
        self.heard.wrong.get_or_init(|| end);
        None
    }
}

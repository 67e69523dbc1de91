//! What WebSockets of all kinds have in common.

mod connections;

use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, WebSocket};
use futures::{FutureExt as _, SinkExt as _, stream::SplitSink};
use tokio::{
    pin, select,
    time::{Interval, MissedTickBehavior, interval, timeout},
};

use crate::{access::Caller, service::Platform};

pub(super) use connections::{Connection, Connections};

/// What the client says makes no sense (graphql-transport-ws, "Invalid message").
pub(super) const BAD_REQUEST: u16 = 4400;

/// The client did not say who it is before anything else ("Connection initialisation").
pub(super) const UNAUTHORIZED: u16 = 4401;

/// The client may not, or may not any more.
pub(super) const FORBIDDEN: u16 = 4403;

/// The client did not say in time who it is.
pub(super) const INITIALISATION_TIMEOUT: u16 = 4408;

/// The client used the id of an operation that is under way for another one ("Subscriber already exists").
pub(super) const ID_IN_USE: u16 = 4409;

/// The client said twice who it is.
pub(super) const TOO_MANY_INITIALISATIONS: u16 = 4429;

/// A message is longer than it may be (RFC 6455, 7.4.1).
pub(super) const TOO_BIG: u16 = 1009;

/// The other side may come back soon (RFC 6455, 7.4.1).
const GOING_AWAY: u16 = 1001;

/// Something failed inside (RFC 6455, 7.4.1).
pub(super) const INTERNAL: u16 = 1011;

/// How long a connection that has to end still takes messages.
const FAREWELL: Duration = Duration::from_secs(1);

/// Longest reason in a close frame, bytes (RFC 6455, 5.5).
const LONGEST_REASON: usize = 123;

/// Why the host ends a connection.
#[derive(Clone, Debug)]
pub(super) struct End {
    code: u16,
    reason: String,
}

impl End {
    /// With a code of the protocol and a sentence for people.
    pub(super) fn new(code: u16, reason: impl Into<String>) -> Self {
        Self { code, reason: reason.into() }
    }

    /// The host is told to stop.
    pub(super) fn stop() -> Self {
        Self::new(GOING_AWAY, "the host stops; connect again")
    }
}

/// What the client is told at the end.
fn close(end: &End) -> Message {
    let length = end.reason.floor_char_boundary(LONGEST_REASON);
    Message::Close(Some(CloseFrame { code: end.code, reason: end.reason[..length].into() }))
}

/// Sends a message, and answers whether the client's side took it in time.
async fn send(out: &mut SplitSink<WebSocket, Message>, message: Message, patience: Duration) -> bool {
    matches!(timeout(patience, out.send(message)).await, Ok(Ok(())))
}

/// Sends a message, unless the connection has to end before the client's side took it.
///
/// # Errors
///
/// What the client is told at the end; nothing, if it does not take anything or has gone.
pub(super) async fn deliver(
    out: &mut SplitSink<WebSocket, Message>,
    message: Message,
    patience: Duration,
    end: &mut (impl Future<Output = End> + Unpin),
) -> Result<(), Option<End>> {
    let sending = send(out, message, patience);
    pin!(sending);
    select! {
        is_sent = &mut sending => if is_sent { Ok(()) } else { Err(None) },
        end = end => {
            // Who does not read is not told why either.
            let is_sent = timeout(FAREWELL, sending).await.unwrap_or(false);
            Err(is_sent.then_some(end))
        }
    }
}

/// Tells the client why the connection ends, if it takes that.
pub(super) async fn farewell(out: &mut SplitSink<WebSocket, Message>, end: &End) {
    send(out, close(end), FAREWELL).await;
}

/// When to ask whether the client is still there, the first time after a while.
pub(super) fn pings(every: Duration) -> Interval {
    let mut pings = interval(every);
    pings.set_missed_tick_behavior(MissedTickBehavior::Delay);
    pings.reset();
    pings
}

/// Done when the host has to end a connection: the credential of its caller, if that is known, has expired or is
/// revoked, or the host stops.
pub(super) async fn ends(platform: &Platform, caller: Option<&Caller>) -> End {
    let credential_ends = match caller {
        Some(caller) => platform.access.watch(caller).boxed(),
        None => std::future::pending().boxed(),
    };
    select! {
        () = credential_ends => End::new(FORBIDDEN, "the key or token has expired or is revoked"),
        () = platform.feed.closed() => End::stop(),
    }
}

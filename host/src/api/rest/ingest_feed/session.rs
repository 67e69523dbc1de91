//! One connection: who it is, and batch by batch what becomes of its rows. Nothing more is read while as many batches
//! are under way as may be, so that who sends too fast waits.

use std::sync::Arc;

use axum::{
    body::Bytes,
    extract::ws::{Message, WebSocket},
};
use futures::{
    FutureExt as _, StreamExt as _,
    stream::{SplitSink, SplitStream},
};
use tokio::{
    pin, select,
    task::{JoinError, JoinSet},
    time::timeout,
};
use tracing::Instrument as _;

use super::{
    Door,
    message::{Answer, Batch, Said},
};
use crate::{
    access::{Caller, Scope},
    api::{
        ClientAddress, RequestId, bounds,
        rest::{Problem, ingest},
        sockets::{
            BAD_REQUEST, Connection, End, FORBIDDEN, INITIALISATION_TIMEOUT, INTERNAL, TOO_BIG,
            TOO_MANY_INITIALISATIONS, UNAUTHORIZED, deliver, ends, farewell, pings,
        },
    },
    config::SubscriptionsConfig,
    service::{Platform, ServiceError},
};

type Out = SplitSink<WebSocket, Message>;
type Incoming = SplitStream<WebSocket>;

/// Serves a connection until either side ends it. `caller` is who opened it, if that is known.
pub(super) async fn run(
    platform: Arc<Platform>,
    door: Door,
    client: ClientAddress,
    caller: Option<Caller>,
    socket: WebSocket,
) {
    let (mut out, mut incoming) = socket.split();
    let identified = select! {
        identified = identify(&platform, &door, client, caller, &mut incoming) => identified,
        () = platform.feed.closed() => Err(End::stop()),
    };
    let end = match identified {
        Ok((caller, _counted)) => serve(&platform, &caller, &mut out, &mut incoming).await,
        Err(end) => Some(end),
    };
    if let Some(end) = end {
        farewell(&mut out, &end).await;
    }
}

async fn identify(
    platform: &Platform,
    door: &Door,
    client: ClientAddress,
    caller: Option<Caller>,
    incoming: &mut Incoming,
) -> Result<(Caller, Connection), End> {
    let caller = match caller {
        Some(caller) => caller,
        None => introduction(platform, door, client, incoming).await?,
    };
    caller.check(Scope::Ingest)?;
    platform.access.charge(&caller, 1)?;
    let counted = door.connections.open(&caller.credential)?;
    Ok((caller, counted))
}

/// Who the client says that it is, in its first message.
async fn introduction(
    platform: &Platform,
    door: &Door,
    client: ClientAddress,
    incoming: &mut Incoming,
) -> Result<Caller, End> {
    let _place = door.strangers.try_acquire().map_err(|_| {
        End::new(FORBIDDEN, "too many connections say nothing yet; send Authorization as you connect")
    })?;
    let first = timeout(platform.config.subscriptions.init_timeout(), first(incoming)).await;
    let first =
        first.map_err(|_| End::new(INITIALISATION_TIMEOUT, "Connection initialisation timeout"))??;
    let Said::Init(payload) = Said::read(&first)? else {
        return Err(End::new(UNAUTHORIZED, "Unauthorized"));
    };
    Ok(platform.access.authenticate_payload(&payload, client.0).await?)
}

async fn first(incoming: &mut Incoming) -> Result<Bytes, End> {
    while let Some(message) = incoming.next().await {
        match message {
            Ok(message @ (Message::Text(_) | Message::Binary(_))) => return Ok(message.into_data()),
            Ok(_) => {}
            Err(_) => break,
        }
    }
    Err(End::new(BAD_REQUEST, "say first who you are, with `connection_init`"))
}

impl From<ServiceError> for End {
    fn from(error: ServiceError) -> Self {
        Self::new(FORBIDDEN, Problem::from(error).detail)
    }
}

/// Takes batches until there is a reason to end, which is given once those under way are answered; `None` if the client
/// has gone.
async fn serve(
    platform: &Arc<Platform>,
    caller: &Caller,
    out: &mut Out,
    incoming: &mut Incoming,
) -> Option<End> {
    let (config, most) = (&platform.config.subscriptions, platform.config.ingest.socket_batches.get());
    let longest = platform.config.server.max_body_bytes;
    let ends = ends(platform, Some(caller)).fuse();
    pin!(ends);
    let acknowledged = Message::text(Answer::ConnectionAck.text().ok()?);
    let mut end = say(out, acknowledged, config, &mut ends).await?;
    let mut pings = pings(config.ping());
    let (mut batches, mut is_there) = (JoinSet::new(), true);
    while end.is_none() || !batches.is_empty() {
        let listens = end.is_none() && batches.len() < most;
        select! {
            message = incoming.next(), if listens => {
                is_there = true;
                match message? {
                    Ok(message @ (Message::Text(_) | Message::Binary(_))) => {
                        batches.spawn(answer(Arc::clone(platform), caller.clone(), message.into_data()));
                    }
                    Ok(Message::Close(_)) => return None,
                    Ok(_) => {}
                    Err(_) => end = Some(End::new(TOO_BIG, format!("send at most {longest} bytes in a message"))),
                }
            }
            Some(done) = batches.join_next() => {
                is_there = true;
                match done.unwrap_or_else(|panicked| Err(broken(&panicked))) {
                    Ok(answer) => end = end.or(say(out, Message::text(answer), config, &mut ends).await?),
                    Err(why) => end = end.or(Some(why)),
                }
            }
            why = &mut ends, if end.is_none() => end = Some(why),
            _ = pings.tick() => {
                // Who is not listened to cannot be heard.
                if !std::mem::replace(&mut is_there, !listens) {
                    return None;
                }
                end = end.or(say(out, Message::Ping(Bytes::new()), config, &mut ends).await?);
            }
        }
    }
    end
}

/// Says something, and gives the reason to end if there is one by then; `None` if the client's side does not take it.
async fn say(
    out: &mut Out,
    message: Message,
    config: &SubscriptionsConfig,
    ends: &mut (impl Future<Output = End> + Unpin),
) -> Option<Option<End>> {
    match deliver(out, message, config.write_timeout(), ends).await {
        Ok(()) => Some(None),
        Err(None) => None,
        Err(why) => Some(why),
    }
}

fn broken(panicked: &JoinError) -> End {
    tracing::error!("a batch of rows broke off: {panicked}");
    End::new(INTERNAL, "something failed inside")
}

/// What a message is answered with.
async fn answer(platform: Arc<Platform>, caller: Caller, text: Bytes) -> Result<String, End> {
    let Said::Batch(batch) = Said::read(&text)? else {
        return Err(End::new(TOO_MANY_INITIALISATIONS, "Too many initialisation requests"));
    };
    drop(text);
    let request = RequestId::new();
    let span = tracing::info_span!("batch", id = %request, otel.kind = "server", caller = caller.name);
    request.over(take(&platform, &caller, *batch).instrument(span)).await.text()
}

async fn take(platform: &Platform, caller: &Caller, batch: Batch) -> Answer {
    let Batch { id, rows, unread } = batch;
    let taken = async {
        platform.access.charge(caller, 1)?;
        ingest::take(platform, caller, rows, unread, Some(&id)).await
    };
    let limit = platform.config.server.request_timeout();
    let taken = timeout(limit, taken).await.unwrap_or_else(|_| Err(bounds::too_late(limit)));
    match taken {
        Ok(ingested) => Answer::Taken { id, ingested },
        Err(error) => Answer::refused(id, Problem::from(error).signed()),
    }
}

//! Following the ledger.

use std::{sync::Arc, time::Duration};

use futures::FutureExt as _;
use tokio::{
    sync::watch,
    time::{sleep, timeout},
};
use tokio_util::{sync::CancellationToken, task::AbortOnDropHandle};

use super::{hub::Hub, load::load};
use crate::store::{
    Store,
    error::Result,
    feed::{self, Listener},
};

/// How often the ledger's size is looked up, whatever is heard: a notification may be lost.
const LOOK: Duration = Duration::from_secs(1);

/// How long to wait after a failure.
const PAUSE: Duration = Duration::from_secs(1);

/// Most blocks that are given out at once.
const AT_ONCE: u64 = 500;

/// Starts to listen and to give out, until the feed is closed.
pub(super) fn start(store: &Store, hub: &Arc<Hub>, closed: &CancellationToken) -> [AbortOnDropHandle<()>; 2] {
    let (heard, sizes) = watch::channel(0);
    let listen = closed.clone().run_until_cancelled_owned(listen(store.clone(), heard));
    let follow = closed.clone().run_until_cancelled_owned(follow(store.clone(), Arc::clone(hub), sizes));
    [
        AbortOnDropHandle::new(tokio::spawn(listen.map(drop))),
        AbortOnDropHandle::new(tokio::spawn(follow.map(drop))),
    ]
}

/// Passes on the ledger's size whenever it is heard.
async fn listen(store: Store, heard: watch::Sender<u64>) {
    loop {
        if let Err(error) = listen_once(&store, &heard).await {
            tracing::warn!(
                "new blocks are looked up each second, since they cannot be listened for: {error}"
            );
            sleep(PAUSE).await;
        }
    }
}

async fn listen_once(store: &Store, heard: &watch::Sender<u64>) -> Result<()> {
    let mut listener = Listener::open(store).await?;
    loop {
        let size = match listener.heard().await? {
            Some(size) => size,
            None => feed::size(store).await?,
        };
        heard.send_replace(size);
    }
}

async fn follow(store: Store, hub: Arc<Hub>, mut sizes: watch::Receiver<u64>) {
    loop {
        let size = match timeout(LOOK, sizes.changed()).await {
            Ok(_) => Ok(*sizes.borrow_and_update()),
            Err(_) => feed::size(&store).await,
        };
        match size {
            Ok(size) => give_out(&store, &hub, size).await,
            Err(error) => tracing::warn!("subscribers wait, since new blocks cannot be looked up: {error}"),
        }
    }
}

/// Gives out the blocks up to the ledger's size, and does not go on before it has.
async fn give_out(store: &Store, hub: &Hub, size: u64) {
    loop {
        let seen = hub.seen();
        if seen >= size {
            return;
        }
        let until = size.min(seen + AT_ONCE);
        let topics = hub.claim(until);
        while !topics.is_empty() {
            match load(store, seen..until, &topics).await {
                Ok(happened) => {
                    hub.publish(&happened);
                    break;
                }
                Err(error) => {
                    tracing::warn!("subscribers wait, since what happened cannot be read: {error}");
                    sleep(PAUSE).await;
                }
            }
        }
    }
}

//! Assembles a host from its settings and a database, and runs it until it is told to stop.

mod error;
mod listen;
mod rounds;

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use jiff::tz::TimeZone;
use tokio::{
    net::{TcpListener, TcpSocket},
    select,
    sync::{Semaphore, mpsc},
    task::block_in_place,
    time::timeout,
};
use uuid::Uuid;

use crate::{
    access::Access,
    api,
    config::Config,
    decide::{desk::Desk, intake::Intake},
    domain::time::Timestamp,
    feed::{Feed, Latest},
    live::{self, Claims, Engine},
    observe::Metrics,
    reload::{Code, Watches, follow},
    service::{Ids, Platform, verification::Verifications},
    store::journal::Journal,
    vital::Vital,
};

pub use error::ServeError;
use listen::Certificates;

/// Connections that may wait to be taken.
const BACKLOG: u32 = 1_024;

/// A host that is ready, and where it listens.
pub struct Host {
    platform: Arc<Platform>,
    listener: TcpListener,
    certificates: Option<Certificates>,
    watches: Watches,
    seed: u64,
    vital: Vital,
}

impl Host {
    /// Makes everything ready: the address, what runs, and what it knew before. With `builds`, sources in the folder of
    /// components are built whenever they change.
    ///
    /// # Errors
    ///
    /// [`ServeError`] or another error that names what is missing or wrong.
    pub async fn start(config: Config, journal: Journal, builds: bool) -> anyhow::Result<Self> {
        let clock: fn() -> Timestamp = Timestamp::now;
        let listen = config.server.listen;
        if config.server.development && !listen.ip().is_loopback() {
            return Err(ServeError::OpenDoor { listen }.into());
        }
        let certificates = config.server.tls.clone().map(Certificates::read).transpose()?;
        // Whoever connects before everything is ready is turned away.
        let unheard = |reason| ServeError::Listen { listen, reason };
        let socket = bound(listen).map_err(unheard)?;
        let address = socket.local_addr()?.to_string();
        let seed = getrandom::u64().map_err(|reason| ServeError::NoRandomness(reason.to_string()))?;
        let config = Arc::new(config);
        let feed = Feed::start(journal.store(), &config.subscriptions).await?;
        let watches = Watches::begin(&config.code, builds).await;
        let code = block_in_place(|| Code::read(Arc::clone(&config), clock, seed, builds))?;
        code.begin(&journal).await?;
        let zone = TimeZone::get(&config.ingest.time_zone)?;
        let desk = Arc::new(Desk::new(code.judge()?, config.actions.clone(), zone, clock, seed));
        let vital = Vital::default();
        let intake = Intake::start(Arc::clone(&desk), &journal, clock, &vital)?;
        let store = journal.store().clone();
        let claims = Claims::join(store.clone(), journal.key_id(), address, clock, Uuid::new_v4).await?;
        let engine = Engine::start(live::Start {
            plugins: code.live().plugins.plugins.clone(),
            config: config.ingest.clone(),
            retry: Duration::from_secs(config.code.retry_seconds.get().into()),
            store: store.clone(),
            intake,
            claims: claims.clone(),
            clock,
            seed,
            vital: vital.clone(),
        })?;
        engine.resume(&store).await?;
        let platform = Platform {
            access: Access::new(&config.server, store, clock)?,
            config,
            journal,
            feed,
            dashboard: Latest::default(),
            clock,
            ids: Ids::new(seed),
            metrics: Metrics::default(),
            started_at: clock(),
            ledger_reader: Semaphore::new(1),
            verifications: Verifications::default(),
            engine,
            desk,
            claims,
            code,
        };
        let listener = socket.listen(BACKLOG).map_err(unheard)?;
        Ok(Self { platform: Arc::new(platform), listener, certificates, watches, seed, vital })
    }

    /// Whether clients have to speak TLS.
    pub const fn speaks_tls(&self) -> bool {
        self.certificates.is_some()
    }

    /// Where it listens.
    ///
    /// # Errors
    ///
    /// If the operating system does not know.
    pub fn address(&self) -> std::io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Answers until `stop` is done, finishes what is under way and writes what waits. Each word of `reload` has the
    /// folders of code looked at.
    ///
    /// # Errors
    ///
    /// If the socket fails, the last rows cannot be written, or a thread fell that the host cannot do without.
    pub async fn run(
        self,
        stop: impl Future<Output = ()> + Send + 'static,
        reload: mpsc::Receiver<()>,
    ) -> anyhow::Result<()> {
        let Self { platform, listener, certificates, watches, seed, vital } = self;
        let mut rounds = rounds::start(&platform, seed)?;
        rounds.spawn(follow(Arc::clone(&platform), watches, reload));
        let router = api::router(&platform);
        let feed = platform.feed.clone();
        let threads = vital.clone();
        let stop = async move {
            select! {
                () = stop => {}
                thread = threads.fallen() => tracing::error!("the thread {thread} has fallen, so the host stops"),
            }
            feed.close();
        };
        let listened = listen::listen(listener, router, &platform.config.server, certificates, stop).await;
        platform.engine.stop().await;
        rounds.shutdown().await;
        platform.claims.leave().await?;
        // Who does not take its farewell in time goes without.
        let _ = timeout(platform.config.server.drain(), platform.feed.ended()).await;
        listened?;
        match vital.who_fell() {
            Some(thread) => Err(ServeError::Fallen { thread }.into()),
            None => Ok(()),
        }
    }
}

/// An address that nobody else can take.
fn bound(address: SocketAddr) -> io::Result<TcpSocket> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    // Connections of a host that ended a moment ago do not keep its successor out.
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    Ok(socket)
}

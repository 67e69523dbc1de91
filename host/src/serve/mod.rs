//! Assembles a host from its settings and a database, and runs it until it is told to stop.

mod error;
mod listen;
mod rounds;

use std::{net::SocketAddr, sync::Arc, time::Duration};

use jiff::tz::TimeZone;
use tokio::{
    net::TcpListener,
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
};

pub use error::ServeError;
use listen::Certificates;

/// One change at a time writes what is taken in; while a connection is made ready again, the next change has the other.
const INTAKE_CONNECTIONS: u32 = 2;

/// A host that is ready, and where it listens.
pub struct Host {
    platform: Arc<Platform>,
    listener: TcpListener,
    certificates: Option<Certificates>,
    watches: Watches,
    seed: u64,
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
        let listener =
            TcpListener::bind(listen).await.map_err(|reason| ServeError::Listen { listen, reason })?;
        let address = listener.local_addr()?.to_string();
        let seed = getrandom::u64().map_err(|reason| ServeError::NoRandomness(reason.to_string()))?;
        let config = Arc::new(config);
        let feed = Feed::start(journal.store(), &config.subscriptions).await?;
        let watches = Watches::begin(&config.code, builds).await;
        let code = block_in_place(|| Code::read(Arc::clone(&config), clock, seed, builds))?;
        code.begin(&journal).await?;
        let zone = TimeZone::get(&config.ingest.time_zone)?;
        let desk = Arc::new(Desk::new(code.judge()?, config.actions.clone(), zone, clock, seed));
        let intake = Intake::start(Arc::clone(&desk), journal.apart(INTAKE_CONNECTIONS), clock);
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
        Ok(Self { platform: Arc::new(platform), listener, certificates, watches, seed })
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
    /// If the socket fails, or the last rows cannot be written.
    pub async fn run(
        self,
        stop: impl Future<Output = ()> + Send + 'static,
        reload: mpsc::Receiver<()>,
    ) -> anyhow::Result<()> {
        let Self { platform, listener, certificates, watches, seed } = self;
        let mut rounds = rounds::start(&platform, seed)?;
        rounds.spawn(follow(Arc::clone(&platform), watches, reload));
        let router = api::router(&platform);
        let feed = platform.feed.clone();
        let stop = async move {
            stop.await;
            feed.close();
        };
        let listened = listen::listen(listener, router, &platform.config.server, certificates, stop).await;
        platform.engine.stop().await;
        rounds.shutdown().await;
        platform.claims.leave().await?;
        // Who does not take its farewell in time goes without.
        let _ = timeout(platform.config.server.drain(), platform.feed.ended()).await;
        Ok(listened?)
    }
}

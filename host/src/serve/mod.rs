//! Assembles a host from its settings and a database, and runs it until it is told to stop.

mod error;
mod listen;

use std::{net::SocketAddr, sync::Arc};

use tokio::{net::TcpListener, sync::Semaphore, time::timeout};

use crate::{
    access::Access,
    api,
    config::Config,
    domain::time::Timestamp,
    feed::{Feed, Latest},
    observe::Metrics,
    service::{Ids, Platform},
    store::journal::Journal,
};

pub use error::ServeError;
use listen::Certificates;

/// A host that is ready, and where it listens.
pub struct Host {
    platform: Arc<Platform>,
    listener: TcpListener,
    certificates: Option<Certificates>,
}

impl Host {
    /// Makes everything ready, the address last.
    ///
    /// # Errors
    ///
    /// [`ServeError`] names what is missing or wrong.
    pub async fn start(config: Config, journal: Journal) -> Result<Self, ServeError> {
        let clock: fn() -> Timestamp = Timestamp::now;
        let listen = config.server.listen;
        if config.server.development && !listen.ip().is_loopback() {
            return Err(ServeError::OpenDoor { listen });
        }
        let certificates = config.server.tls.clone().map(Certificates::read).transpose()?;
        let access = Access::new(&config.server, journal.store().clone(), clock)?;
        let ids = Ids::new(getrandom::u64().map_err(|reason| ServeError::NoRandomness(reason.to_string()))?);
        let feed = Feed::start(journal.store(), &config.subscriptions).await?;
        let platform = Platform {
            access,
            config: Arc::new(config),
            journal,
            feed,
            dashboard: Latest::default(),
            clock,
            ids,
            metrics: Metrics::default(),
            started_at: clock(),
            ledger_reader: Semaphore::new(1),
        };
        let listener =
            TcpListener::bind(listen).await.map_err(|reason| ServeError::Listen { listen, reason })?;
        Ok(Self { platform: Arc::new(platform), listener, certificates })
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

    /// Answers until `stop` is done, and finishes what is under way.
    ///
    /// # Errors
    ///
    /// If the socket fails.
    pub async fn run(self, stop: impl Future<Output = ()> + Send + 'static) -> std::io::Result<()> {
        let router = api::router(&self.platform);
        let feed = self.platform.feed.clone();
        let stop = async move {
            stop.await;
            feed.close();
        };
        let config = &self.platform.config.server;
        listen::listen(self.listener, router, config, self.certificates, stop).await?;
        // Who does not take its farewell in time goes without.
        let _ = timeout(config.drain(), self.platform.feed.ended()).await;
        Ok(())
    }
}

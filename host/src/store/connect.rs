//! Connections to the database.

use std::time::Duration;

use sqlx::{
    ConnectOptions as _, Connection as _, PgConnection, PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use tokio::time::timeout;

use crate::config::{DatabaseConfig, DatabaseUrl};

/// What the server is told about who connects.
const APPLICATION: &str = "vyomo";

/// How long an unused connection is taken to be alive: asking costs a round trip.
const RESTED: Duration = Duration::from_secs(1);

/// Why the database cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// Nobody answers there.
    #[error("the database {url} cannot be reached: {reason}; is the server up, and database.url right?")]
    Unreachable {
        /// Where, without a password.
        url: String,
        /// What the system said.
        reason: sqlx::Error,
    },
    /// Nobody answers in time.
    #[error("the database {url} does not answer within {} s; see database.connect_timeout_seconds", limit.as_secs())]
    TimedOut {
        /// Where, without a password.
        url: String,
        /// How long was waited.
        limit: Duration,
    },
    /// The server does not let the host in.
    #[error("the database {url} refuses the connection: {reason}; {way_out}")]
    Refused {
        /// Where, without a password.
        url: String,
        /// What the server said.
        reason: String,
        /// What would help.
        way_out: String,
    },
}

/// Opens one connection, to learn what is wrong, if anything, and makes a pool of more when they are needed.
///
/// # Errors
/// The database cannot be reached, or lets nobody in under that name.
pub async fn connect(url: &DatabaseUrl, config: &DatabaseConfig) -> Result<PgPool, ConnectError> {
    pool(url, config, options(url)?).await
}

/// The same, for those who only look: the server refuses whatever would change anything.
///
/// # Errors
/// The database cannot be reached, or lets nobody in under that name.
pub async fn connect_read_only(url: &DatabaseUrl, config: &DatabaseConfig) -> Result<PgPool, ConnectError> {
    let options = options(url)?.options([("default_transaction_read_only", "on")]);
    pool(url, config, options).await
}

async fn pool(
    url: &DatabaseUrl,
    config: &DatabaseConfig,
    options: PgConnectOptions,
) -> Result<PgPool, ConnectError> {
    let limit = config.connect_timeout();
    let first = connect_once(url, limit).await?;
    first.close().await.map_err(|reason| ConnectError::Unreachable { url: url.to_string(), reason })?;
    Ok(pool_of(config.max_connections.get(), limit).connect_lazy_with(options))
}

/// A pool that asks a connection whether it is alive only after it has rested.
fn pool_of(connections: u32, limit: Duration) -> PgPoolOptions {
    PgPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(limit)
        .test_before_acquire(false)
        .before_acquire(|connection, state| {
            Box::pin(async move {
                if state.idle_for > RESTED {
                    connection.ping().await?;
                }
                Ok(true)
            })
        })
}

/// Other connections to the same database, at most so many.
pub(super) fn apart(pool: &PgPool, connections: u32) -> PgPool {
    let limit = pool.options().get_acquire_timeout();
    pool_of(connections, limit).connect_lazy_with((*pool.connect_options()).clone())
}

/// Opens one connection.
pub(super) async fn connect_once(url: &DatabaseUrl, limit: Duration) -> Result<PgConnection, ConnectError> {
    let opened = timeout(limit, options(url)?.connect()).await;
    let opened = opened.map_err(|_| ConnectError::TimedOut { url: url.to_string(), limit })?;
    opened.map_err(|error| refusal(url, error))
}

fn options(url: &DatabaseUrl) -> Result<PgConnectOptions, ConnectError> {
    let options =
        url.options().map_err(|reason| ConnectError::Unreachable { url: url.to_string(), reason })?;
    Ok(options.application_name(APPLICATION))
}

fn refusal(url: &DatabaseUrl, error: sqlx::Error) -> ConnectError {
    let Some(said) = error.as_database_error() else {
        return ConnectError::Unreachable { url: url.to_string(), reason: error };
    };
    let way_out = match said.code().as_deref() {
        // PostgreSQL documentation, appendix A: error codes.
        Some("28P01" | "28000") => {
            "user and password in database.url, and pg_hba.conf of the server, decide".into()
        }
        Some("3D000") => format!("create it there: CREATE DATABASE \"{}\"", url.database()),
        Some("53300") => {
            "let the server have more connections, or the host fewer (database.max_connections)".into()
        }
        Some("57P03") => "try again when it has started".into(),
        _ => "the server's log says more".into(),
    };
    ConnectError::Refused { url: url.to_string(), reason: said.message().to_owned(), way_out }
}

//! Whole databases: made beside the one in use, and put in its place.

use std::time::Duration;

use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection, query_scalar};
use tokio::time::sleep;

use crate::config::{DatabaseConfig, DatabaseUrl};

use super::connect::{ConnectError, connect_once};

/// Where one is connected while the database itself is being replaced; every Postgres has it.
const MAINTENANCE: &str = "postgres";

/// Longest name that leaves room for what is appended (Postgres cuts names off at 63 bytes).
const LONGEST_NAME: usize = 48;

/// Tries to put a database in place while sessions that were ended are still leaving.
const TRIES: u32 = 50;

/// Pause between two tries.
const PAUSE: Duration = Duration::from_millis(100);

/// Why a database was not replaced. The one in use is as it was.
#[derive(Debug, thiserror::Error)]
pub enum ReplaceError {
    /// There is no connection to replace it by.
    #[error(transparent)]
    Connect(#[from] ConnectError),
    /// The name leaves no room.
    #[error(
        "the database's name {name} is longer than {LONGEST_NAME} bytes, which leaves no room for a second one"
    )]
    LongName {
        /// The name.
        name: String,
    },
    /// Others use it.
    #[error(
        "{sessions} other sessions use the database {name}; stop those hosts, or end their sessions with --force"
    )]
    InUse {
        /// The name.
        name: String,
        /// How many.
        sessions: i64,
    },
    /// Another host is replacing it.
    #[error("another host is replacing the database {name}; wait until that is done")]
    Busy {
        /// The name.
        name: String,
    },
    /// The role may not make databases.
    #[error(
        "the role may not make databases or rename {name}: {reason}; as a superuser: ALTER ROLE \"{role}\" CREATEDB, \
         and ALTER DATABASE \"{name}\" OWNER TO \"{role}\""
    )]
    Forbidden {
        /// The database.
        name: String,
        /// Who tried.
        role: String,
        /// What the server said.
        reason: sqlx::Error,
    },
    /// The database failed.
    #[error("the database server failed: {0}")]
    Database(#[from] sqlx::Error),
}

/// A new database that is to take the place of another one.
#[derive(Debug)]
pub struct Replacement {
    connection: PgConnection,
    url: DatabaseUrl,
    name: String,
}

impl Replacement {
    /// Makes an empty database on the same server. One that was left behind by an interrupted try is dropped.
    ///
    /// # Errors
    /// Somebody else is at it, or the role may not make databases.
    pub async fn begin(url: &DatabaseUrl, config: &DatabaseConfig) -> Result<Self, ReplaceError> {
        let name = url.database();
        if name.len() > LONGEST_NAME {
            return Err(ReplaceError::LongName { name });
        }
        let connection = connect_once(&url.with_database(MAINTENANCE), config.connect_timeout()).await?;
        let mut begun = Self { connection, url: url.clone(), name };
        begun.lock().await?;
        begun.run(format!("DROP DATABASE IF EXISTS {}", quoted(&begun.new_name()))).await?;
        begun.run(format!("CREATE DATABASE {} TEMPLATE template0", quoted(&begun.new_name()))).await?;
        Ok(begun)
    }

    /// Where the new database is, until it is put in place.
    pub fn url(&self) -> DatabaseUrl {
        self.url.with_database(&self.new_name())
    }

    /// Puts the new database in the old one's place, in one step, and drops the old one. With `force` it ends the
    /// sessions of others.
    ///
    /// # Errors
    /// Others use the old database, or the role may not rename it; the new one is dropped.
    pub async fn put_in_place(mut self, force: bool) -> Result<(), ReplaceError> {
        let put = self.swap(force).await;
        let left = if put.is_ok() { self.old_name() } else { self.new_name() };
        let dropped = self.run(format!("DROP DATABASE IF EXISTS {}", quoted(&left))).await;
        self.connection.close().await?;
        put.and(dropped)
    }

    /// Drops the new database again.
    ///
    /// # Errors
    /// The server failed.
    pub async fn give_up(mut self) -> Result<(), ReplaceError> {
        let left = quoted(&self.new_name());
        self.run(format!("DROP DATABASE IF EXISTS {left} WITH (FORCE)")).await?;
        Ok(self.connection.close().await?)
    }

    async fn swap(&mut self, force: bool) -> Result<(), ReplaceError> {
        let (name, new, old) = (quoted(&self.name), quoted(&self.new_name()), quoted(&self.old_name()));
        self.run(format!("DROP DATABASE IF EXISTS {old}")).await?;
        let rename = format!(
            "BEGIN; ALTER DATABASE {name} RENAME TO {old}; ALTER DATABASE {new} RENAME TO {name}; COMMIT"
        );
        for _ in 0..TRIES {
            self.make_unused(force).await?;
            match self.connection.execute(AssertSqlSafe(rename.clone())).await {
                Ok(_) => return Ok(()),
                Err(error) => {
                    self.connection.execute("ROLLBACK").await?;
                    if !is(&error, "55006") {
                        return Err(self.explained(error).await);
                    }
                }
            }
            sleep(PAUSE).await;
        }
        Err(ReplaceError::InUse { name: self.name.clone(), sessions: self.sessions().await? })
    }

    async fn make_unused(&mut self, force: bool) -> Result<(), ReplaceError> {
        if force {
            query_scalar!(
                r#"SELECT pg_terminate_backend(pid) AS "ended!" FROM pg_stat_activity WHERE datname = $1"#,
                self.name
            )
            .fetch_all(&mut self.connection)
            .await?;
            return Ok(());
        }
        match self.sessions().await? {
            0 => Ok(()),
            sessions => Err(ReplaceError::InUse { name: self.name.clone(), sessions }),
        }
    }

    async fn sessions(&mut self) -> Result<i64, ReplaceError> {
        let count = query_scalar!(
            r#"
            SELECT count(*) AS "count!" FROM pg_stat_activity
            WHERE datname = $1 AND backend_type = 'client backend'
            "#,
            self.name
        );
        Ok(count.fetch_one(&mut self.connection).await?)
    }

    /// Held until the connection ends.
    async fn lock(&mut self) -> Result<(), ReplaceError> {
        let lock = query_scalar!(
            r#"SELECT pg_try_advisory_lock(hashtextextended('replace ' || $1, 0)) AS "taken!""#,
            self.name
        );
        let taken = lock.fetch_one(&mut self.connection).await?;
        if taken { Ok(()) } else { Err(ReplaceError::Busy { name: self.name.clone() }) }
    }

    async fn run(&mut self, statement: String) -> Result<(), ReplaceError> {
        match self.connection.execute(AssertSqlSafe(statement)).await {
            Ok(_) => Ok(()),
            Err(error) => Err(self.explained(error).await),
        }
    }

    async fn explained(&mut self, reason: sqlx::Error) -> ReplaceError {
        if !is(&reason, "42501") {
            return reason.into();
        }
        let role =
            query_scalar!(r#"SELECT current_user::text AS "role!""#).fetch_one(&mut self.connection).await;
        ReplaceError::Forbidden { name: self.name.clone(), role: role.unwrap_or_default(), reason }
    }

    fn new_name(&self) -> String {
        format!("{}_replacement", self.name)
    }

    fn old_name(&self) -> String {
        format!("{}_replaced", self.name)
    }
}

/// A name as SQL writes it.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// Whether the server said so (PostgreSQL documentation, appendix A: error codes).
fn is(error: &sqlx::Error, code: &str) -> bool {
    error.as_database_error().and_then(sqlx::error::DatabaseError::code).is_some_and(|said| said == code)
}

//! The schema, and bringing a database up to it.

use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

use sqlx::{
    Connection as _, PgConnection, PgPool,
    migrate::{Migrate as _, MigrateError, Migration, Migrator},
    query, query_scalar,
};
use tokio::time::sleep;

/// All migrations, in order.
pub static MIGRATOR: Migrator = sqlx::migrate!("../migrations");

/// Longest a migration waits for a table that others use, so that it never stops them for longer.
const LOCK_TIMEOUT: &str = "5s";

/// Longest wait for another host that migrates.
const PATIENCE: Duration = Duration::from_mins(5);

/// Pause between two tries for the lock.
const PAUSE: Duration = Duration::from_millis(100);

/// Advisory lock of whoever migrates: "vyomo mi" as a number.
const LOCK: i64 = 0x7679_6f6d_6f20_6d69;

/// Why a database was not brought up to date.
#[derive(Debug, thiserror::Error)]
pub enum MigrationError {
    /// Another host is at it.
    #[error("another host has been migrating this database for {} s; run it again when that is done", PATIENCE.as_secs())]
    Busy,
    /// A table is in use.
    #[error(
        "migration {version} waited {LOCK_TIMEOUT} for a table that others use, and changed nothing; run it again \
         when less is going on"
    )]
    Locked {
        /// The migration.
        version: i64,
    },
    /// The database is ahead of this host.
    #[error(
        "the database has migration {version}, which this host does not know; use the newer host that applied it"
    )]
    Newer {
        /// The migration.
        version: i64,
    },
    /// A migration was edited after it had been applied.
    #[error(
        "migration {version} was applied in another form than this host has; use the host that applied it"
    )]
    Edited {
        /// The migration.
        version: i64,
    },
    /// A migration failed; nothing of it was applied.
    #[error("migration {version} failed: {reason}")]
    Failed {
        /// The migration.
        version: i64,
        /// What the server said.
        reason: sqlx::Error,
    },
    /// The role may not make tables.
    #[error(
        "the role may not make tables: {reason}; as the database's owner: GRANT CREATE ON SCHEMA public TO \"{role}\""
    )]
    Forbidden {
        /// Who tried.
        role: String,
        /// What the server said.
        reason: sqlx::Error,
    },
    /// The database failed.
    #[error("the database failed while migrating: {0}")]
    Database(#[source] sqlx::Error),
    /// Anything else.
    #[error(transparent)]
    Other(MigrateError),
}

/// A migration, and whether the database has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Its number.
    pub version: i64,
    /// What it is about.
    pub description: String,
    /// Whether it was applied.
    pub applied: bool,
}

/// Applies what is pending and returns it, in order. Hosts that migrate at once wait for each other.
///
/// # Errors
/// A migration cannot be applied; those before it are.
pub async fn migrate(pool: &PgPool) -> Result<Vec<Step>, MigrationError> {
    let mut connection = pool.acquire().await.map_err(MigrationError::Database)?.detach();
    let done = lock_and_run(&mut connection).await;
    // The lock ends with the connection.
    let closed = connection.close().await.map_err(MigrationError::Database);
    done.and_then(|steps| closed.map(|()| steps))
}

/// All migrations, and which of them the database has. It is only read.
///
/// # Errors
/// The database failed.
pub async fn steps(pool: &PgPool) -> Result<Vec<Step>, MigrationError> {
    let mut connection = pool.acquire().await.map_err(MigrationError::Database)?;
    let applied = applied(&mut connection).await?;
    Ok(MIGRATOR.iter().map(|migration| step(migration, &applied)).collect())
}

async fn lock_and_run(connection: &mut PgConnection) -> Result<Vec<Step>, MigrationError> {
    lock(connection).await?;
    let before = applied(connection).await?;
    set_lock_timeout(connection).await?;
    if let Err(error) = MIGRATOR.run_direct(None, connection, false).await {
        return Err(explained(error, connection).await);
    }
    let new = MIGRATOR.iter().filter(|migration| !before.contains(&migration.version));
    Ok(new.map(|migration| Step { applied: true, ..step(migration, &before) }).collect())
}

async fn lock(connection: &mut PgConnection) -> Result<(), MigrationError> {
    let began = Instant::now();
    loop {
        let taken =
            query_scalar("SELECT pg_try_advisory_lock($1)").bind(LOCK).fetch_one(&mut *connection).await;
        if taken.map_err(MigrationError::Database)? {
            return Ok(());
        }
        if began.elapsed() > PATIENCE {
            return Err(MigrationError::Busy);
        }
        sleep(PAUSE).await;
    }
}

async fn set_lock_timeout(connection: &mut PgConnection) -> Result<(), MigrationError> {
    let set = query!("SELECT set_config('lock_timeout', $1, false)", LOCK_TIMEOUT);
    set.fetch_one(connection).await.map_err(MigrationError::Database).map(|_| ())
}

async fn applied(connection: &mut PgConnection) -> Result<BTreeSet<i64>, MigrationError> {
    let migrated = query_scalar!(r#"SELECT to_regclass($1) IS NOT NULL AS "is!""#, &*MIGRATOR.table_name);
    if !migrated.fetch_one(&mut *connection).await.map_err(MigrationError::Database)? {
        return Ok(BTreeSet::new());
    }
    let listed = connection.list_applied_migrations(&MIGRATOR.table_name).await;
    let listed = listed.map_err(MigrationError::Other)?;
    Ok(listed.into_iter().map(|migration| migration.version).collect())
}

fn step(migration: &Migration, applied: &BTreeSet<i64>) -> Step {
    Step {
        version: migration.version,
        description: migration.description.to_string(),
        applied: applied.contains(&migration.version),
    }
}

async fn explained(error: MigrateError, connection: &mut PgConnection) -> MigrationError {
    let code = |error: &sqlx::Error| Some(error.as_database_error()?.code()?.into_owned());
    match error {
        MigrateError::VersionMissing(version) => MigrationError::Newer { version },
        MigrateError::VersionMismatch(version) => MigrationError::Edited { version },
        MigrateError::Execute(reason) | MigrateError::ExecuteMigration(reason, _)
            if code(&reason).as_deref() == Some("42501") =>
        {
            let role = query_scalar!(r#"SELECT current_user::text AS "role!""#).fetch_one(connection).await;
            MigrationError::Forbidden { role: role.unwrap_or_default(), reason }
        }
        MigrateError::ExecuteMigration(reason, version) if code(&reason).as_deref() == Some("55P03") => {
            MigrationError::Locked { version }
        }
        MigrateError::ExecuteMigration(reason, version) => MigrationError::Failed { version, reason },
        MigrateError::Execute(reason) => MigrationError::Database(reason),
        other => MigrationError::Other(other),
    }
}

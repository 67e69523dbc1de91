//! What a database is and holds, for people.

use sqlx::{PgPool, query_as, query_scalar};

use super::error::Result;
use crate::domain::time::Timestamp;

/// A database and its server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overview {
    /// Version of the server, for example `15.18`.
    pub version: String,
    /// Size on disk, in bytes.
    pub size: i64,
    /// Connections to this database, this one among them.
    pub connections: i64,
    /// Connections that the server takes.
    pub most_connections: i64,
    /// Its tables, by name.
    pub tables: Vec<Table>,
}

/// A table, with its partitions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// Its name.
    pub name: String,
    /// Rows, as the server estimates.
    pub rows: i64,
    /// Size on disk with indexes, in bytes.
    pub size: i64,
}

impl Overview {
    /// Looks at a database.
    ///
    /// # Errors
    /// The database failed.
    pub async fn of(pool: &PgPool) -> Result<Self> {
        let server = query_scalar!(r#"SELECT current_setting('server_version') AS "version!""#);
        let version = server.fetch_one(pool).await?;
        let size = query_scalar!(r#"SELECT pg_database_size(current_database()) AS "size!""#);
        let connections = query_scalar!(
            r#"SELECT count(*) AS "count!" FROM pg_stat_activity WHERE datname = current_database()"#
        );
        let most = query_scalar!(r#"SELECT current_setting('max_connections')::bigint AS "most!""#);
        Ok(Self {
            version: version.split_whitespace().next().unwrap_or_default().to_owned(),
            size: size.fetch_one(pool).await?,
            connections: connections.fetch_one(pool).await?,
            most_connections: most.fetch_one(pool).await?,
            tables: tables(pool).await?,
        })
    }
}

/// The server's clock.
///
/// # Errors
/// The database failed.
pub async fn clock(pool: &PgPool) -> Result<Timestamp> {
    let now = query_scalar!(r#"SELECT clock_timestamp() AS "now!: Timestamp""#);
    Ok(now.fetch_one(pool).await?)
}

/// Whether a database holds any table.
///
/// # Errors
/// The database failed.
pub async fn is_empty(pool: &PgPool) -> Result<bool> {
    Ok(tables(pool).await?.is_empty())
}

async fn tables(pool: &PgPool) -> Result<Vec<Table>> {
    let tables = query_as!(
        Table,
        r#"
        SELECT name AS "name!", sum(rows)::bigint AS "rows!", sum(size)::bigint AS "size!"
        FROM (
            SELECT coalesce(pg_partition_root(c.oid), c.oid)::regclass::text AS name,
                   coalesce(s.n_live_tup, 0) AS rows,
                   pg_total_relation_size(c.oid) AS size
            FROM pg_class c
            JOIN pg_namespace n ON n.oid = c.relnamespace
            LEFT JOIN pg_stat_user_tables s ON s.relid = c.oid
            WHERE c.relkind IN ('r', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema')
              AND n.nspname NOT LIKE 'pg\_t%'
        ) AS part
        GROUP BY name
        ORDER BY name
        "#
    );
    Ok(tables.fetch_all(pool).await?)
}

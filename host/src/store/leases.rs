//! Which host ingests whose rows. A running host has a row that it renews every so often, and leases of subjects that
//! hang on that row. When the row is gone, so are the leases; [`fence`] keeps a host whose row is gone from committing
//! what it had begun. Times are those of the hosts' clocks: a clock that is wrong moves leases sooner or later, but
//! never lets two hosts commit rows of one subject.

use uuid::Uuid;

use super::{Store, change::Change, columns::column, error::Result};
use crate::{
    domain::{time::Timestamp, vocabulary::LeaseKind},
    ledger::keys::KeyId,
};

/// Why a host has no leases.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LeaseError {
    /// Another process signs with the same key.
    #[error(
        "a host with the same key runs at {address}, at least until {until}: stop it first, or give this one a key of \
         its own (`host ledger keygen`)"
    )]
    AlreadyRuns {
        /// Where the other one is reached.
        address: String,
        /// How long it counts as running if it does not renew that.
        until: Timestamp,
    },
    /// The host did not renew its row in time, and others took what it held.
    #[error(
        "this host did not say in time that it still runs, so others took over what it held; it has to join anew"
    )]
    Lost,
}

/// A host that runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewHost {
    /// This start of it.
    pub incarnation: Uuid,
    /// The key that it signs with.
    pub key: KeyId,
    /// Where others reach it.
    pub address: String,
}

/// Whose rows are ingested.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Subject {
    /// What it is.
    pub kind: LeaseKind,
    /// The symbol, or the trader's id.
    pub name: String,
}

/// A subject in another host's hands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// The subject.
    pub subject: Subject,
    /// Where that host is reached.
    pub address: String,
    /// How long it holds the subject if it does not renew that.
    pub until: Timestamp,
}

/// Who holds what somebody asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Taken {
    /// In the hands of the host that asked, now or since before.
    pub own: Vec<Subject>,
    /// In the hands of others.
    pub others: Vec<Held>,
}

/// Says that a host runs, until a moment.
///
/// # Errors
///
/// [`LeaseError::AlreadyRuns`] if another process with its key does, or the database fails.
pub async fn join(store: &Store, host: &NewHost, now: Timestamp, until: Timestamp) -> Result<()> {
    let mut transaction = store.pool().begin().await?;
    let key = host.key.0.as_bytes().as_slice();
    sqlx::query!("DELETE FROM hosts WHERE key_id = $1 AND until <= $2", key, now as Timestamp)
        .execute(&mut *transaction)
        .await?;
    let joined = sqlx::query!(
        "INSERT INTO hosts (incarnation, key_id, address, until) VALUES ($1, $2, $3, $4)
         ON CONFLICT (key_id) DO NOTHING",
        host.incarnation,
        key,
        host.address,
        until as Timestamp,
    );
    let is_new = joined.execute(&mut *transaction).await?.rows_affected() == 1;
    transaction.commit().await?;
    if is_new { Ok(()) } else { Err(other(store, key).await?.into()) }
}

async fn other(store: &Store, key: &[u8]) -> Result<LeaseError> {
    let other = sqlx::query!(r#"SELECT address, until FROM hosts WHERE key_id = $1"#, key);
    let other = other.fetch_one(store.pool()).await?;
    Ok(LeaseError::AlreadyRuns { address: other.address, until: other.until })
}

/// Says that a host still runs, until a moment.
///
/// # Errors
///
/// [`LeaseError::Lost`] if others took over what it held, or the database fails.
pub async fn renew(store: &Store, incarnation: Uuid, until: Timestamp) -> Result<()> {
    let renewed =
        sqlx::query!("UPDATE hosts SET until = $2 WHERE incarnation = $1", incarnation, until as Timestamp,);
    let found = renewed.execute(store.pool()).await?.rows_affected();
    if found == 1 { Ok(()) } else { Err(LeaseError::Lost.into()) }
}

/// Says that a host ends, and gives back what it holds.
///
/// # Errors
///
/// If the database fails.
pub async fn leave(store: &Store, incarnation: Uuid) -> Result<()> {
    sqlx::query!("DELETE FROM hosts WHERE incarnation = $1", incarnation).execute(store.pool()).await?;
    Ok(())
}

/// Takes subjects that nobody holds, and answers who holds which. Those of dead hosts are free.
///
/// # Errors
///
/// [`LeaseError::Lost`] if the host that asks counts as dead, or the database fails.
pub async fn take(store: &Store, incarnation: Uuid, subjects: &[Subject], now: Timestamp) -> Result<Taken> {
    let kinds = column(subjects, |subject| subject.kind);
    let names = column(subjects, |subject| subject.name.as_str());
    bury(store, &kinds, &names, now).await?;
    let mut transaction = store.pool().begin().await?;
    if !is_alive(&mut transaction, incarnation, now).await? {
        return Err(LeaseError::Lost.into());
    }
    sqlx::query!(
        "INSERT INTO leases (kind, subject, incarnation)
         SELECT kind, subject, $3 FROM UNNEST($1::lease_kind[], $2::text[]) AS wanted (kind, subject)
         ORDER BY kind, subject
         ON CONFLICT DO NOTHING",
        &kinds as &[LeaseKind],
        &names as &[&str],
        incarnation,
    )
    .execute(&mut *transaction)
    .await?;
    // A second statement sees what others took while the first one waited for them.
    let rows = sqlx::query!(
        r#"SELECT kind, subject, incarnation, address, until
           FROM leases JOIN hosts USING (incarnation)
           WHERE (kind, subject) IN (SELECT * FROM UNNEST($1::lease_kind[], $2::text[]))
           ORDER BY kind, subject"#,
        &kinds as &[LeaseKind],
        &names as &[&str],
    )
    .fetch_all(&mut *transaction)
    .await?;
    transaction.commit().await?;
    let mut taken = Taken::default();
    for row in rows {
        let subject = Subject { kind: row.kind, name: row.subject };
        if row.incarnation == incarnation {
            taken.own.push(subject);
        } else {
            taken.others.push(Held { subject, address: row.address, until: row.until });
        }
    }
    Ok(taken)
}

/// Deletes the dead hosts that hold any of some subjects. One that is in the middle of a commit is waited for.
async fn bury(store: &Store, kinds: &[LeaseKind], names: &[&str], now: Timestamp) -> Result<()> {
    sqlx::query!(
        "WITH dead AS MATERIALIZED (
             SELECT incarnation FROM hosts
             WHERE until <= $3 AND incarnation IN (
                 SELECT incarnation FROM leases
                 WHERE (kind, subject) IN (SELECT * FROM UNNEST($1::lease_kind[], $2::text[])))
             ORDER BY incarnation
             FOR UPDATE
         )
         DELETE FROM hosts USING dead WHERE hosts.incarnation = dead.incarnation",
        kinds as &[LeaseKind],
        names as &[&str],
        now as Timestamp,
    )
    .execute(store.pool())
    .await?;
    Ok(())
}

/// Goes on if a host still counts as running, and sees to it that nobody takes over what it holds before the change
/// ends. To be called in the change that writes rows, before anything else is locked.
///
/// # Errors
///
/// [`LeaseError::Lost`] if it does not, or the database fails.
pub async fn fence(change: &mut Change<'_>, incarnation: Uuid) -> Result<()> {
    let now = change.now();
    if is_alive(change.connection(), incarnation, now).await? { Ok(()) } else { Err(LeaseError::Lost.into()) }
}

/// Whether a host runs. Its row stays until the transaction ends; it can be renewed meanwhile.
async fn is_alive(connection: &mut sqlx::PgConnection, incarnation: Uuid, now: Timestamp) -> Result<bool> {
    let row = sqlx::query_scalar!(
        r#"SELECT true AS "is_alive!" FROM hosts WHERE incarnation = $1 AND until > $2 FOR KEY SHARE"#,
        incarnation,
        now as Timestamp,
    );
    Ok(row.fetch_optional(connection).await?.is_some())
}

/// Gives subjects back that a host holds.
///
/// # Errors
///
/// If the database fails.
pub async fn release(store: &Store, incarnation: Uuid, subjects: &[Subject]) -> Result<()> {
    sqlx::query!(
        "WITH idle AS MATERIALIZED (
             SELECT kind, subject FROM leases
             WHERE incarnation = $3 AND (kind, subject) IN (SELECT * FROM UNNEST($1::lease_kind[], $2::text[]))
             ORDER BY kind, subject
             FOR UPDATE
         )
         DELETE FROM leases USING idle WHERE leases.kind = idle.kind AND leases.subject = idle.subject",
        &column(subjects, |subject| subject.kind) as &[LeaseKind],
        &column(subjects, |subject| subject.name.as_str()) as &[&str],
        incarnation,
    )
    .execute(store.pool())
    .await?;
    Ok(())
}

//! Sets of components that did badly, so that they do not run again by themselves.

use crate::{
    domain::time::Timestamp,
    ledger::hash::Hash,
    store::{Store, change::Change, error::Result},
};

/// A set that was replaced by the one before, since it did badly.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Withdrawal {
    /// What it did.
    pub reason: String,
    /// Hashes of the components that ran before and took over again.
    pub instead: Vec<Hash>,
    /// When.
    pub withdrawn_at: Timestamp,
}

/// Writes down that a set was withdrawn at the change's moment.
///
/// # Errors
///
/// If the database fails.
pub async fn withdraw(change: &mut Change<'_>, set: Hash, reason: &str, instead: &[Hash]) -> Result<()> {
    let now = change.now();
    sqlx::query!(
        "INSERT INTO withdrawn_sets (hash, reason, instead, withdrawn_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (hash) DO UPDATE
         SET reason = EXCLUDED.reason, instead = EXCLUDED.instead, withdrawn_at = EXCLUDED.withdrawn_at",
        set as Hash,
        reason,
        instead as &[Hash],
        now as Timestamp,
    )
    .execute(change.connection())
    .await?;
    Ok(())
}

/// Lets a set run again, if it was withdrawn.
///
/// # Errors
///
/// If the database fails.
pub async fn forgive(change: &mut Change<'_>, set: Hash) -> Result<()> {
    sqlx::query!("DELETE FROM withdrawn_sets WHERE hash = $1", set as Hash)
        .execute(change.connection())
        .await?;
    Ok(())
}

/// Why a set was withdrawn; `None` where it was not.
///
/// # Errors
///
/// If the database fails.
pub async fn of(store: &Store, set: Hash) -> Result<Option<Withdrawal>> {
    let withdrawal = sqlx::query_as!(
        Withdrawal,
        r#"SELECT reason, instead AS "instead: Vec<Hash>", withdrawn_at FROM withdrawn_sets WHERE hash = $1"#,
        set as Hash,
    );
    Ok(withdrawal.fetch_optional(store.pool()).await?)
}

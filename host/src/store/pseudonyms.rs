//! What the ledger calls persons. Blocks are for ever, so they never hold a user id but a pseudonym: an HMAC-SHA256
//! of the id, keyed by a secret that belongs to this user alone. Once the secret is deleted, nobody can tell whose
//! pseudonym it was, not even who knows the id.

use std::collections::{BTreeMap, BTreeSet};

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use sqlx::{Connection, PgConnection};

use super::{
    Store,
    change::Change,
    columns::column,
    error::{Result, StoreError},
};
use crate::ledger::hash::Hash;

/// The pseudonyms of some users.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pseudonyms(BTreeMap<String, String>);

impl Pseudonyms {
    /// That of one user, if it was asked for.
    pub fn get(&self, user_id: &str) -> Option<&str> {
        self.0.get(user_id).map(String::as_str)
    }

    /// Puts pseudonyms in the place of user ids.
    pub fn replace<'a>(&self, user_ids: impl IntoIterator<Item = &'a mut String>) {
        for user_id in user_ids {
            if let Some(pseudonym) = self.get(user_id) {
                pseudonym.clone_into(user_id);
            }
        }
    }
}

/// The pseudonyms of users, made where they have none yet, and held until the change ends: nobody is forgotten
/// while a change is about to write of them.
///
/// # Errors
///
/// If the database fails, or the machine has no randomness.
pub async fn of(change: &mut Change<'_>, user_ids: BTreeSet<String>) -> Result<Pseudonyms> {
    let mut missing: Vec<String> =
        user_ids.into_iter().filter(|user_id| change.pseudonyms.get(user_id).is_none()).collect();
    while !missing.is_empty() {
        let rows = sqlx::query!(
            "SELECT user_id, pseudonym FROM pseudonyms WHERE user_id = ANY($1) ORDER BY user_id FOR KEY SHARE",
            &missing,
        )
        .fetch_all(change.connection())
        .await?;
        let known = &mut change.pseudonyms.0;
        known.extend(rows.into_iter().map(|row| (row.user_id, row.pseudonym)));
        missing.retain(|user_id| !known.contains_key(user_id));
        create(change.store(), &missing).await?;
    }
    Ok(change.pseudonyms.clone())
}

/// Takes a user's pseudonym away and gives it, and whether blocks may have it; waits for changes that hold it.
pub(super) async fn take(change: &mut Change<'_>, user_id: &str) -> Result<(String, bool)> {
    let taken = sqlx::query_scalar!("DELETE FROM pseudonyms WHERE user_id = $1 RETURNING pseudonym", user_id)
        .fetch_optional(change.connection())
        .await?;
    match taken {
        Some(pseudonym) => Ok((pseudonym, true)),
        None => Ok((pseudonym(user_id, &secret()?), false)),
    }
}

/// Makes pseudonyms, in a transaction of its own: another host that needs them now does not wait for this change.
/// Where two hosts make the same one, the first prevails. The change may have the last connection of the pool, so one
/// that is not free is not waited for.
async fn create(store: &Store, user_ids: &[String]) -> Result<()> {
    if user_ids.is_empty() {
        return Ok(());
    }
    let secrets = user_ids.iter().map(|_| secret()).collect::<Result<Vec<_>>>()?;
    if let Some(mut connection) = store.pool().try_acquire() {
        return insert(&mut connection, user_ids, &secrets).await;
    }
    let mut connection = PgConnection::connect_with(&store.pool().connect_options()).await?;
    insert(&mut connection, user_ids, &secrets).await?;
    Ok(connection.close().await?)
}

async fn insert(connection: &mut PgConnection, user_ids: &[String], secrets: &[[u8; 32]]) -> Result<()> {
    let pseudonyms: Vec<String> =
        user_ids.iter().zip(secrets).map(|(user_id, secret)| pseudonym(user_id, secret)).collect();
    sqlx::query!(
        "INSERT INTO pseudonyms (user_id, secret, pseudonym)
         SELECT * FROM UNNEST($1::text[], $2::bytea[], $3::text[]) AS new (user_id, secret, pseudonym)
         ORDER BY user_id
         ON CONFLICT (user_id) DO NOTHING",
        user_ids,
        &column(secrets, |secret| secret.to_vec()),
        &pseudonyms,
    )
    .execute(connection)
    .await?;
    Ok(())
}

fn secret() -> Result<[u8; 32]> {
    let mut secret = [0; 32];
    getrandom::fill(&mut secret).map_err(|error| StoreError::NoRandomness(error.to_string()))?;
    Ok(secret)
}

fn pseudonym(user_id: &str, secret: &[u8; 32]) -> String {
    // As long as a block of SHA-256; RFC 2104 pads shorter keys with zeros.
    let mut key = [0; 64];
    key.iter_mut().zip(secret).for_each(|(key, secret)| *key = *secret);
    let mut mac = Hmac::<Sha256>::new(&key.into());
    mac.update(user_id.as_bytes());
    let digest: [u8; 32] = mac.finalize().into_bytes().into();
    Hash::from(digest).to_string()
}

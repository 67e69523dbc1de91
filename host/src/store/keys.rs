//! Which hosts may sign: changes of the keys that the ledger trusts.

use super::{
    change::{About, Change},
    error::Result,
    journal::{Journal, lock_head},
};
use crate::{
    domain::time::Timestamp,
    ledger::{
        keys::{HostKey, KeyId},
        seal,
        trust::{self, Possession},
    },
    store::error::StoreError,
};

impl Journal {
    /// Lets another host's key sign from now on; gives the block's number.
    ///
    /// # Errors
    ///
    /// If this host's key is not trusted, the proof does not hold for this ledger, or the key was there before.
    pub async fn admit(&self, key: &Possession, now: Timestamp) -> Result<u64> {
        let mut change = self.begin(now).await?;
        change.note_draft(trust::admit(key)?);
        last(change).await
    }

    /// Lets a key sign no longer; gives the block's number.
    ///
    /// # Errors
    ///
    /// If this host's key is not trusted, or is the key itself, or that key is not trusted.
    pub async fn revoke(&self, key: KeyId, reason: &str, now: Timestamp) -> Result<u64> {
        let mut change = self.begin(now).await?;
        change.note_draft(trust::revoke(key, reason)?);
        last(change).await
    }

    /// Puts a new key in the place of this host's; gives the block's number. What follows is signed with the new one.
    ///
    /// # Errors
    ///
    /// If this host's key is not trusted, or the new one was there before, or there is no block yet.
    pub async fn rotate(&self, new: &HostKey, now: Timestamp) -> Result<u64> {
        let mut change = self.begin(now).await?;
        let head = lock_head(change.connection()).await?;
        self.check(head.as_ref())?;
        let head =
            head.ok_or_else(|| StoreError::Damaged("it has no block yet, so no key to rotate".into()))?;
        let sealed = seal::rotate(&head, self.key(), new, now.0)?;
        self.finish(change.transaction, &sealed, &[About::default()]).await?;
        Ok(head.size())
    }
}

async fn last(change: Change<'_>) -> Result<u64> {
    Ok(change.commit().await?.end - 1)
}

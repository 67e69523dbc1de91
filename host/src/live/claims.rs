//! Which symbols and traders are this host's to take in.

use std::{
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use uuid::Uuid;

use super::error::IngestError;
use crate::{
    domain::{
        time::{SECOND, Timestamp},
        vocabulary::LeaseKind,
    },
    ledger::keys::KeyId,
    store::{
        Store,
        error::{Result, StoreError},
        leases::{self, LeaseError, NewHost, Subject},
    },
};

/// How long this host counts as running after it last said so, microseconds: longer than a pause of the machine, and not
/// longer than others want to wait for what a dead host held.
const LEASE: i64 = 5 * SECOND;

/// How often it says so.
const RENEW: Duration = Duration::from_secs(1);

/// How often an earlier start of the same host is looked for.
const LOOK: Duration = Duration::from_millis(200);

/// Leases of symbols and traders. Clones share them.
#[derive(Clone)]
pub struct Claims(Option<Arc<Held>>);

struct Held {
    store: Store,
    key: KeyId,
    address: String,
    clock: fn() -> Timestamp,
    incarnation: RwLock<Uuid>,
    new_id: fn() -> Uuid,
}

impl Claims {
    /// Everything is this host's: there is no other.
    pub const fn everything() -> Self {
        Self(None)
    }

    /// Joins the hosts of a database. One with the same key that was killed counts as running for some seconds, and is
    /// waited for.
    ///
    /// # Errors
    ///
    /// [`LeaseError::AlreadyRuns`] if one with the same key runs, or the database fails.
    pub async fn join(
        store: Store,
        key: KeyId,
        address: String,
        clock: fn() -> Timestamp,
        new_id: fn() -> Uuid,
    ) -> Result<Self> {
        let held = Held { store, key, address, clock, incarnation: RwLock::new(Uuid::nil()), new_id };
        let deadline = clock().0 + LEASE + SECOND;
        loop {
            match held.join().await {
                Err(StoreError::Lease(LeaseError::AlreadyRuns { .. })) if clock().0 < deadline => {
                    tokio::time::sleep(LOOK).await;
                }
                joined => return joined.map(|()| Self(Some(Arc::new(held)))),
            }
        }
    }

    /// Says that this host still runs, for as long as it does. Where that came too late it joins anew, and workers read
    /// everything from the store again.
    pub async fn renew(&self) {
        let Some(held) = &self.0 else { return };
        loop {
            tokio::time::sleep(RENEW).await;
            let until = Timestamp((held.clock)().0 + LEASE);
            match leases::renew(&held.store, held.current(), until).await {
                Ok(()) => {}
                Err(StoreError::Lease(LeaseError::Lost)) => {
                    tracing::error!("this host did not say in time that it runs; it joins anew");
                    if let Err(error) = held.join().await {
                        tracing::error!("it cannot: {error}");
                    }
                }
                Err(error) => tracing::warn!("nobody is told that this host runs: {error}"),
            }
        }
    }

    /// Gives everything back.
    ///
    /// # Errors
    ///
    /// If the database fails.
    pub async fn leave(&self) -> Result<()> {
        match &self.0 {
            Some(held) => leases::leave(&held.store, held.current()).await,
            None => Ok(()),
        }
    }

    /// The start of the host that holds them; `None` where everything is this host's.
    pub fn incarnation(&self) -> Option<Uuid> {
        self.0.as_ref().map(|held| held.current())
    }

    /// Takes symbols or traders that nobody else takes in.
    pub(super) async fn take(
        &self,
        symbols: &[String],
        traders: &[String],
    ) -> std::result::Result<(), IngestError> {
        let Some(held) = &self.0 else { return Ok(()) };
        let subjects = subjects(symbols, traders);
        let now = (held.clock)();
        let incarnation = held.current();
        let taken = leases::take(&held.store, incarnation, &subjects, now).await?;
        let Some(other) = taken.others.into_iter().next() else { return Ok(()) };
        // Otherwise two hosts that each hold a part of a request would both refuse it for ever.
        leases::release(&held.store, incarnation, &taken.own).await?;
        Err(IngestError::HeldElsewhere {
            subject: other.subject.name,
            address: Some(other.address),
            wait: Duration::from_micros((other.until.0 - now.0).max(0).unsigned_abs()),
        })
    }

    /// Gives symbols and traders back that this host takes nothing in about any more.
    pub(super) async fn release(&self, symbols: &[String], traders: &[String]) -> Result<()> {
        match &self.0 {
            Some(held) => leases::release(&held.store, held.current(), &subjects(symbols, traders)).await,
            None => Ok(()),
        }
    }
}

fn subjects(symbols: &[String], traders: &[String]) -> Vec<Subject> {
    let of = |kind| move |name: &String| Subject { kind, name: name.clone() };
    let symbols = symbols.iter().map(of(LeaseKind::Market));
    symbols.chain(traders.iter().map(of(LeaseKind::Trader))).collect()
}

impl Held {
    fn current(&self) -> Uuid {
        *self.incarnation.read().unwrap_or_else(PoisonError::into_inner)
    }

    async fn join(&self) -> Result<()> {
        let incarnation = (self.new_id)();
        let host = NewHost { incarnation, key: self.key, address: self.address.clone() };
        let now = (self.clock)();
        leases::join(&self.store, &host, now, Timestamp(now.0 + LEASE)).await?;
        *self.incarnation.write().unwrap_or_else(PoisonError::into_inner) = incarnation;
        Ok(())
    }
}

//! The store and the ledger, as commands open them.

use anyhow::{Context as _, bail};

use crate::{
    cluster::Database,
    config::{Config, Secret},
    ledger::keys::HostKey,
    store::{Store, connect::connect, journal::Journal, migrate},
};

/// The migrated store. A private database is migrated on the way; one that others may share is not.
pub(super) async fn open_store(config: &Config, database: &Database) -> anyhow::Result<Store> {
    let pool = connect(database.url(), &config.database).await?;
    if database.folder().is_some() {
        migrate::migrate(&pool).await?;
    } else if migrate::steps(&pool).await?.iter().any(|step| !step.applied) {
        bail!("the database lacks some of the schema; `host db migrate` applies it");
    }
    Ok(Store::new(pool))
}

/// The store, with the key of this host to write blocks with.
pub(super) async fn open_journal(config: &Config, database: &Database) -> anyhow::Result<Journal> {
    let key = key(config)?;
    let store = open_store(config, database).await?;
    Ok(Journal::open(store, key, &config.ledger_head_file()).await?)
}

/// The key that this host signs with.
pub(super) fn key(config: &Config) -> anyhow::Result<HostKey> {
    match &config.ledger.key {
        Some(key) => HostKey::from_pem(Secret::expose(key)).context("ledger.key"),
        None => Ok(HostKey::load(&config.ledger_key_file())?),
    }
}

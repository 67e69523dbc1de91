//! The store and the ledger, as commands open them.

use anyhow::{Context as _, bail};

use super::ledger::keygen;
use crate::{
    cluster::Database,
    config::{Config, Secret},
    ledger::keys::HostKey,
    store::{Store, blocks, connect::connect, journal::Journal, migrate},
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

/// The same for a host that serves: on its first start it makes its own key, if none is configured and nothing was signed
/// yet.
pub(super) async fn begin_journal(config: &Config, database: &Database) -> anyhow::Result<Journal> {
    let store = open_store(config, database).await?;
    let file = config.ledger_key_file();
    if config.ledger.key.is_none() && !file.exists() && blocks::head(&store).await?.is_none() {
        let made = keygen::make(&file)?;
        let (id, public_file) = (made.key.id(), made.public_file.display());
        tracing::info!(
            "this host signs the ledger with the new key {id}; its public half is in {public_file}"
        );
    }
    Ok(Journal::open(store, key(config)?, &config.ledger_head_file()).await?)
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

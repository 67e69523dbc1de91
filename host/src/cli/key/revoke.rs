//! `host key revoke NAME|ID`.

use std::{path::Path, process::ExitCode};

use anyhow::bail;
use clap::Args;

use crate::{
    cli::{account, journal::open_store, session},
    domain::time::Timestamp,
    store::api_keys,
};

/// Take a key out of force.
#[derive(Args)]
pub(super) struct Arguments {
    /// The key's name or id, as `host key list` shows them.
    #[arg(value_name = "NAME|ID")]
    key: String,
    /// Who revokes it.
    #[arg(long, value_name = "NAME", default_value_t = account())]
    by: String,
}

#[expect(clippy::print_stdout, reason = "the command's answer")]
pub(super) fn run(arguments: &Arguments, config: Option<&Path>) -> anyhow::Result<ExitCode> {
    session::with_database(config, async |config, database| {
        let store = open_store(config, database).await?;
        let Arguments { key, by } = arguments;
        let revoked = api_keys::revoke(&store, key, by, Timestamp::now()).await?;
        store.pool().close().await;
        if revoked.is_none() {
            bail!("there is no key {key} that could be revoked; `host key list` shows which there are");
        }
        println!("{key} opens nothing any more.");
        Ok(ExitCode::SUCCESS)
    })
}

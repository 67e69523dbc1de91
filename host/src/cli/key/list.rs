//! `host key list`.

use std::{path::Path, process::ExitCode};

use crate::{
    access::Scope,
    cli::{journal::open_store, session, table},
    domain::time::Timestamp,
    store::api_keys::{self, ApiKey},
};

pub(super) fn run(config: Option<&Path>) -> anyhow::Result<ExitCode> {
    session::with_database(config, async |config, database| {
        let store = open_store(config, database).await?;
        let keys = api_keys::list(&store).await?;
        store.pool().close().await;
        let head = ["id", "name", "scopes", "state", "created", "by", "expires", "last used"];
        let now = Timestamp::now();
        table::print(head, &keys.iter().map(|key| row(key, now)).collect::<Vec<_>>());
        Ok(ExitCode::SUCCESS)
    })
}

fn row(key: &ApiKey, now: Timestamp) -> [String; 8] {
    let scopes: Vec<_> = key.scopes.iter().map(Scope::name).collect();
    let state = match (&key.revoked_by, key.is_valid(now)) {
        (Some(by), _) => format!("revoked by {by}"),
        (None, true) => "valid".into(),
        (None, false) => "expired".into(),
    };
    let never = || "never".to_owned();
    [
        key.id.to_string(),
        key.name.clone(),
        scopes.join(","),
        state,
        key.created_at.to_string(),
        key.created_by.clone(),
        key.expires_at.map_or_else(never, |end| end.to_string()),
        key.last_used_at.map_or_else(never, |last| last.to_string()),
    ]
}

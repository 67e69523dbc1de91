//! Who gets in, and where.

use std::{net::SocketAddr, time::Duration};

use serde_json::Value;
use tokio::net::TcpListener;

use super::Finding;
use crate::{
    config::Config,
    domain::time::Timestamp,
    http,
    store::{Store, api_keys},
};

/// Longest wait for whoever has the port.
const PATIENCE: Duration = Duration::from_secs(2);

/// Whether anybody could ask.
pub(super) async fn examine_keys(config: &Config, store: Option<&Store>) -> Finding {
    if config.server.development {
        let advice = "only for trying things out: turn server.development off and make keys";
        return Finding::warning("access", "development mode: no key is needed on this machine", advice);
    }
    let keys = match store {
        Some(store) => api_keys::list(store).await,
        None => Ok(Vec::new()),
    };
    let now = Timestamp::now();
    match keys.map(|keys| keys.into_iter().filter(|key| key.is_valid(now)).count()) {
        Ok(0) => Finding::warning(
            "access",
            "there is no API key, so nobody may ask",
            "`host key create NAME --scope operator` makes one",
        ),
        Ok(count) => Finding::ok("access", format!("{count} API keys")),
        Err(error) => Finding::problem("access", error.to_string(), "the server's log says more"),
    }
}

/// Whether the address is free, or a host's.
pub(super) async fn examine_port(config: &Config) -> Finding {
    let listen = config.server.listen;
    match TcpListener::bind(listen).await {
        Ok(_) => Finding::ok("address", format!("{listen} is free")),
        Err(reason) => match version(listen, config.server.tls.is_some()).await {
            Some(version) => Finding::ok("address", format!("a host {version} answers at {listen}")),
            None => Finding::problem(
                "address",
                format!("{listen}: {reason}"),
                "name another one with server.listen, or end what is there",
            ),
        },
    }
}

/// What a host there says of itself. Its certificate may be for another name than the address.
async fn version(listen: SocketAddr, tls: bool) -> Option<String> {
    let scheme = if tls { "https" } else { "http" };
    let client = http::client(PATIENCE, |client| client.tls_danger_accept_invalid_certs(tls)).ok()?;
    let answer = client.get(format!("{scheme}://{listen}/api/version")).send().await.ok()?;
    answer.json::<Value>().await.ok()?["version"].as_str().map(str::to_owned)
}

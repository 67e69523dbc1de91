//! Who gets in, and where.

use std::time::Duration;

use reqwest::Response;
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

/// What to do about development mode.
const TRYING: &str = "only for trying things out: leave --dev and server.development away, and make keys with \
                      `host key create NAME --scope operator`";

/// Whether anybody could ask.
pub(super) async fn examine_keys(config: &Config, store: Option<&Store>) -> Finding {
    if config.server.development {
        return Finding::warning("access", "development mode: no key is needed on this machine", TRYING);
    }
    let keys = match store {
        Some(store) => api_keys::list(store).await,
        None => Ok(Vec::new()),
    };
    let now = Timestamp::now();
    match keys.map(|keys| keys.into_iter().filter(|key| key.is_valid(now)).count()) {
        Ok(0) if answers_anybody(config).await => {
            let listen = config.server.listen;
            let found = format!("no key is needed: the host at {listen} is in development mode");
            Finding::warning("access", found, TRYING)
        }
        Ok(0) => Finding::warning(
            "access",
            "there is no API key, so nobody may ask",
            "`host key create NAME --scope operator` makes one",
        ),
        Ok(1) => Finding::ok("access", "1 API key is valid"),
        Ok(count) => Finding::ok("access", format!("{count} API keys are valid")),
        Err(error) => Finding::problem("access", error.to_string(), "the server's log says more"),
    }
}

/// Whether the address is free, or a host's.
pub(super) async fn examine_port(config: &Config) -> Finding {
    let listen = config.server.listen;
    match TcpListener::bind(listen).await {
        Ok(_) => Finding::ok("address", format!("{listen} is free")),
        Err(reason) => match version(config).await {
            Some(version) => Finding::ok("address", format!("a host {version} answers at {listen}")),
            None => Finding::problem(
                "address",
                format!("{listen}: {reason}"),
                "name another one with server.listen, or end what is there",
            ),
        },
    }
}

/// Whether a host there tells those without a key what only viewers may see.
async fn answers_anybody(config: &Config) -> bool {
    let answer = ask(config, "/api/plugins").await;
    answer.is_some_and(|answer| answer.status().is_success())
}

/// What a host there says of itself.
async fn version(config: &Config) -> Option<String> {
    let answer = ask(config, "/api/version").await?;
    answer.json::<Value>().await.ok()?["version"].as_str().map(str::to_owned)
}

/// Asks whoever is at the address. Its certificate may be for another name than the address.
async fn ask(config: &Config, path: &str) -> Option<Response> {
    let (listen, tls) = (config.server.listen, config.server.tls.is_some());
    let scheme = if tls { "https" } else { "http" };
    let client = http::client(PATIENCE, |client| client.tls_danger_accept_invalid_certs(tls)).ok()?;
    client.get(format!("{scheme}://{listen}{path}")).send().await.ok()
}

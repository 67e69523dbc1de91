//! Outgoing HTTP: one way to make a client, so that all of them have bounds and no surprises.

use std::time::Duration;

/// Longest wait for a connection.
const CONNECT: Duration = Duration::from_secs(10);

/// A client that follows no redirects, uses no proxy and gives up after `timeout`. `adjust` may bound it further.
///
/// # Errors
///
/// If the machine's certificates cannot be read.
pub fn client(
    timeout: Duration,
    adjust: impl FnOnce(reqwest::ClientBuilder) -> reqwest::ClientBuilder,
) -> reqwest::Result<reqwest::Client> {
    // Another part of the process may have installed it before.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let builder = reqwest::Client::builder()
        .timeout(timeout)
        .connect_timeout(CONNECT.min(timeout))
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .user_agent(concat!("vyomo/", env!("CARGO_PKG_VERSION")));
    adjust(builder).build()
}

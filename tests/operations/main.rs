//! What operators set up, check and run.
#![expect(clippy::panic, clippy::unwrap_used, reason = "a test that cannot be set up fails")]
#![expect(
    clippy::format_collect,
    clippy::single_match_else,
    clippy::unused_self,
    reason = "what tests say is short, and files are small"
)]

mod container;
mod deployment;
mod health;
mod observing;
mod replaying;
mod settings;
mod tour;

/// A client as the host's own.
fn client() -> reqwest::Client {
    host::http::client(std::time::Duration::from_secs(30), |client| client).unwrap()
}

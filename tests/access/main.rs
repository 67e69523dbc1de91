//! Who may do what.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod asking;
mod browsers;
mod commands;
mod connections;
mod development;
mod http2;
mod issuer;
mod keys;
mod leaving;
mod limits;
mod managing;
mod requests;
mod samples;
mod support;
mod table;
mod tls;
mod tokens;
mod unread;

//! What subscribers hear.
#![expect(clippy::unwrap_used, clippy::panic, reason = "what a test cannot do fails it")]

mod client;
mod documented;
mod exports;
mod following;
mod lost;
mod measured;
mod protocol;
mod resuming;
mod scene;
mod sockets;
mod writers;

//! Code and policies that change while the host runs.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod commands;
mod plugins;
mod policies;
mod shop;
mod soak;

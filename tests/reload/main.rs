//! Code and policies that change while the host runs.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod commands;
mod partial;
mod plugins;
mod policies;
mod publishers;
mod shop;
mod soak;
mod withdrawn;

//! What plugins can do wrong, and what the host makes of it.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

mod calls;
mod data;
mod files;
mod native;
mod promises;
mod traps;
mod wasi;

//! Rows that come in while the host runs.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod answers;
mod apart;
mod fallen;
mod feed;
mod floor;
mod restart;
mod rows;
mod same;

//! From an anomaly to a recorded decision.
#![expect(clippy::unwrap_used, reason = "what a test cannot set up fails it")]

mod blocks;
mod facts;
mod intake;
mod pending;
mod reopening;
mod room;
mod taking;

//! The agent: its real component in the real sandbox, and Claude behind a real socket.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot be set up fails")]

mod api;
mod bounds;
mod command;
mod document;
mod faults;
mod hostile;
mod limits;
mod model;
mod powers;
mod scorecard;
mod secrets;
mod support;
mod transcripts;

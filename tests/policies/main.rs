//! Policies: real files, the real interpreter, a real database and the real command.
#![expect(clippy::unwrap_used, clippy::panic, reason = "what a test cannot do fails it")]

mod answers;
mod checks;
mod commands;
mod desk;
mod document;
mod dry_run;
mod limits;
mod live;
mod support;

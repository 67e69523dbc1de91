//! What is done about anomalies, undone, held back, and told to other systems.
#![expect(clippy::unwrap_used, clippy::panic, reason = "what a test cannot do fails it")]

mod automation;
mod commands;
mod executors;
mod guard;
mod outbound;
mod property;
mod receiver;
mod support;
mod webhooks;

//! What is stored, on a real Postgres.
#![expect(clippy::unwrap_used, reason = "what a test cannot do fails it")]

mod anomalies;
mod appending;
mod blocks;
mod cluster;
mod cluster_commands;
mod cluster_settings;
mod commands;
mod decisions;
mod forget;
mod group;
mod place;
mod scene;
mod vocabulary;

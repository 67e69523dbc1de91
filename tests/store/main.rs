//! What is stored, on a real Postgres.
#![expect(clippy::unwrap_used, clippy::panic, reason = "what a test cannot do fails it")]

mod actions;
mod anomalies;
mod appending;
mod blocks;
mod cluster;
mod cluster_commands;
mod cluster_settings;
mod commands;
mod controls;
mod decisions;
mod forget;
mod group;
mod leases;
mod migrations;
mod notifications;
mod place;
mod rows;
mod scene;
mod support;
mod uploads;
mod vocabulary;

//! What is stored, on a real Postgres.

mod appending;
mod blocks;
mod cluster;
mod cluster_commands;
mod cluster_settings;
mod commands;
mod group;
mod place;
mod vocabulary;

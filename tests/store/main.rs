//! What is stored, on a real Postgres.

mod appending;
mod blocks;
mod cluster;
mod group;
mod vocabulary;

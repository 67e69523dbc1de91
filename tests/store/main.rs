//! What is stored, on a real Postgres.

mod cluster;

//! GraphQL and REST, as clients use them.
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that fails is to fail")]

mod clients;
mod graphql;
mod jobs;
mod rest;

//! GraphQL and REST, as clients use them.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that fails is to fail")]
#![expect(
    clippy::assert_is_empty,
    clippy::format_collect,
    clippy::format_push_string,
    reason = "answers are short, and what is empty is shown by where it is asked"
)]

mod clients;
mod exports;
mod graphql;
mod jobs;
mod parquet;
mod rest;

//! GraphQL and REST, as clients use them.
#![expect(clippy::unwrap_used, reason = "a test that fails is to fail")]

mod rest;

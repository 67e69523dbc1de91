//! The ledger as a stranger meets it: the written format, an independent verifier, proofs, and attacks on a real
//! database.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot be set up fails")]

mod attacks;
mod chain;
mod commands;
mod document;
mod python;

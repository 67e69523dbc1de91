//! The ledger as a stranger meets it: the written format, an independent verifier, proofs, and attacks on a real
//! database.

mod attacks;
mod chain;
mod commands;
mod document;
mod python;

//! Checks a chain from its first block to its head, without a database. All faults are reported, each once and
//! with the blocks it concerns: a fault in one block does not make those after it look wrong.
//!
//! Blocks come in chunks of any size and are forgotten again, so memory does not grow with the chain.

mod entry;
mod fault;
mod heads;
mod order;
mod report;
mod signatures;
mod signers;
mod verifier;

pub use entry::Entry;
pub use fault::{Fault, FaultKind, MAX_FAULTS};
pub use heads::{LastHead, OutsideHead};
pub use report::Report;
pub use verifier::Verifier;

#[cfg(test)]
mod tests;

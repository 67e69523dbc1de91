//! Proofs for people who have a public key and nothing else: that a block is in a ledger, and that one head of a
//! ledger grew out of another.

mod consistency;
mod inclusion;
mod path;

use super::{checkpoint::CheckpointError, hash::Hash};

pub use consistency::{Consistency, ConsistencyProver};
pub use inclusion::{Inclusion, InclusionProver};

/// A proof that proves nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// The text is something else.
    #[error("this is not a proof as `host ledger prove` or `host ledger consistency` writes it: {0}")]
    Malformed(&'static str),
    /// The head in it is none.
    #[error("the head in it cannot be read: {0}")]
    Checkpoint(#[from] CheckpointError),
    /// Block, hash and signature do not fit each other.
    #[error("the block was changed: hash or signature do not fit its content")]
    Changed,
    /// The hashes do not lead from the block to the head.
    #[error("the block is not in the ledger that the head was signed over")]
    NotIncluded,
    /// The hashes do not lead from the old head to the new one.
    #[error("the new head does not continue the old one: what the old one covered was changed")]
    NotConsistent,
    /// Heads of two ledgers, or in the wrong order.
    #[error("the two heads cannot be compared: they are of two ledgers, or the older one was named second")]
    NotComparable,
    /// Nobody that counts signed it.
    #[error("the head is not signed by the given public key")]
    NotSigned,
    /// There is no such block.
    #[error("there is no block {number}: the ledger has {size}")]
    NoBlock {
        /// The block asked for.
        number: u64,
        /// Blocks in the ledger.
        size: u64,
    },
    /// Other hashes were fed than the head was signed over.
    #[error(
        "the stored blocks are not those that the head was signed over; `host ledger verify` tells what is wrong"
    )]
    Damaged,
}

fn tlog(hash: &Hash) -> tlog_tiles::tlog::Hash {
    tlog_tiles::tlog::Hash(*hash.as_bytes())
}

#[cfg(test)]
mod tests;

//! A chain of signed blocks that a stranger can check: docs/LEDGER.md says byte by byte how.
//!
//! Everything here is a pure function of its arguments; only [`keys`] touches files. [`seal`] makes blocks,
//! [`verify`] checks them, and both know nothing of where blocks are kept.

/// JSON with one spelling for each value (RFC 8785).
pub mod canonical;

/// SHA-256 digests.
pub mod hash;

/// Keys of hosts: secret ones that sign, public ones that check.
pub mod keys;

/// What the chain is made of.
pub mod block;

/// Which keys may sign, as blocks themselves say.
pub mod trust;

/// The Merkle tree over all blocks (RFC 6962).
pub mod tree;

/// The signed head of the tree (C2SP tlog-checkpoint).
pub mod checkpoint;

/// Drafts become signed blocks and a new head.
pub mod seal;

/// Whether a chain is what it was.
pub mod verify;

/// Chains as files.
pub mod export;

/// Proofs about single blocks, for people who may not see the rest.
pub mod proof;

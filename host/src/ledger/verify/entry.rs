use crate::ledger::{
    block::Block,
    canonical::{self, CanonicalError},
    hash::Hash,
};

/// What is read where a block is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// A block, to be checked.
    Block(Block),
    /// The hash of a block that is not to be checked itself; that the head covers it is checked.
    Hash {
        /// Of the block.
        number: u64,
        /// As stored.
        hash: Hash,
    },
    /// Something that is no block.
    Unreadable {
        /// The number it is kept under.
        number: u64,
        /// Why it cannot be read.
        reason: String,
    },
}

impl Entry {
    /// The number that it is kept under.
    pub fn number(&self) -> u64 {
        match self {
            Self::Block(block) => block.number,
            Self::Hash { number, .. } | Self::Unreadable { number, .. } => *number,
        }
    }

    /// The hash as stored, if there is one.
    pub fn hash(&self) -> Option<Hash> {
        match self {
            Self::Block(Block { hash, .. }) | Self::Hash { hash, .. } => Some(*hash),
            Self::Unreadable { .. } => None,
        }
    }
}

/// An entry after the checks that need nothing else.
pub(super) struct Looked {
    pub(super) entry: Entry,
    /// Whether the stored hash is that of what is stored.
    pub(super) hash_holds: bool,
    pub(super) payload: Result<(), CanonicalError>,
}

impl Looked {
    pub(super) fn at(entry: Entry) -> Self {
        let (hash_holds, payload) = match &entry {
            Entry::Block(block) => (block.digest() == block.hash, canonical::check(&block.payload)),
            Entry::Hash { .. } | Entry::Unreadable { .. } => (true, Ok(())),
        };
        Self { entry, hash_holds, payload }
    }
}

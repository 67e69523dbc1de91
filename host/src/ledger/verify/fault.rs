use std::{collections::BTreeMap, fmt, mem};

use serde::Serialize;

use crate::ledger::keys::KeyId;

/// Faults that are kept; further ones are counted.
pub const MAX_FAULTS: usize = 1000;

/// What can be wrong with a chain.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, async_graphql::Enum, utoipa::ToSchema,
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum FaultKind {
    /// A block cannot be read.
    Unreadable,
    /// What is stored is not what was hashed.
    Hash,
    /// The payload is not canonical JSON.
    Payload,
    /// The signature is not that of the named key.
    Signature,
    /// The previous hash is not the predecessor's.
    Link,
    /// Earlier than the predecessor.
    Time,
    /// Blocks are not there.
    Missing,
    /// A block stands where another should.
    Misplaced,
    /// A block is there again.
    Repeated,
    /// Signed by a key that may not.
    Untrusted,
    /// A block about keys that breaks their rules.
    Keys,
    /// A head that is missing, unreadable, or names other blocks.
    Head,
    /// A head that no trusted key signed.
    HeadSignature,
    /// A head vouches for blocks that are not there.
    TailCut,
    /// Blocks that the head does not vouch for.
    Uncovered,
    /// No pinned key signed this chain.
    NotPinned,
}

/// One fault.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// What is wrong.
    pub kind: FaultKind,
    /// The first block concerned; none if it is the chain as a whole.
    pub first: Option<u64>,
    /// The last block concerned.
    pub last: Option<u64>,
    /// For people.
    pub message: String,
}

impl Fault {
    pub(super) fn at(kind: FaultKind, number: u64, message: impl Into<String>) -> Self {
        Self::over(kind, number, number, message)
    }

    pub(super) fn over(kind: FaultKind, first: u64, last: u64, message: impl Into<String>) -> Self {
        Self { kind, first: Some(first), last: Some(last), message: message.into() }
    }

    pub(super) fn of_chain(kind: FaultKind, message: impl Into<String>) -> Self {
        Self { kind, first: None, last: None, message: message.into() }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.first, self.last) {
            (Some(first), Some(last)) if first < last => write!(formatter, "blocks {first} to {last}: ")?,
            (Some(first), _) => write!(formatter, "block {first}: ")?,
            _ => {}
        }
        formatter.write_str(&self.message)
    }
}

/// The first faults found, and the number of all.
#[derive(Debug, Default)]
pub(super) struct Faults {
    kept: Vec<Fault>,
    omitted: u64,
    untrusted: BTreeMap<KeyId, Signed>,
}

/// What a key signed that may not.
#[derive(Clone, Copy, Debug)]
struct Signed {
    first: u64,
    last: u64,
    blocks: u64,
}

impl Faults {
    pub(super) fn push(&mut self, fault: Fault) {
        if self.kept.len() < MAX_FAULTS {
            self.kept.push(fault);
        } else {
            self.omitted += 1;
        }
    }

    /// A block signed by a key that may not: one fault for each key, however much it signed.
    pub(super) fn untrusted(&mut self, key: KeyId, number: u64) {
        if self.untrusted.len() < MAX_FAULTS || self.untrusted.contains_key(&key) {
            let signed =
                self.untrusted.entry(key).or_insert(Signed { first: number, last: number, blocks: 0 });
            (signed.last, signed.blocks) = (number, signed.blocks + 1);
        } else {
            self.omitted += 1;
        }
    }

    /// By block, those of the whole chain last.
    pub(super) fn finish(mut self) -> (Vec<Fault>, u64) {
        for (key, Signed { first, last, blocks }) in mem::take(&mut self.untrusted) {
            let message = format!("signed by key {key}, which may not sign there ({blocks} blocks)");
            self.push(Fault::over(FaultKind::Untrusted, first, last, message));
        }
        self.kept.sort_by_key(|fault| (fault.first.is_none(), fault.first, fault.kind));
        (self.kept, self.omitted)
    }
}

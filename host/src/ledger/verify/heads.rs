//! Heads say how many blocks there are and what they are. The last one is kept with the blocks and can be put back
//! with them; copies kept elsewhere show that.

use crate::ledger::{
    checkpoint::{Checkpoint, SignedCheckpoint},
    hash::Hash,
    keys::PublicKey,
    seal::Head,
    tree::Frontier,
    trust::Trust,
};

use super::fault::{Fault, FaultKind, Faults};

/// The head that is kept with the blocks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LastHead {
    /// With all that appending needs.
    Kept(Head),
    /// The signed text alone.
    Read(SignedCheckpoint),
    /// It is there but makes no sense.
    Unreadable(String),
    /// There is none.
    Missing,
}

impl LastHead {
    /// Number of blocks that it vouches for.
    pub fn size(&self) -> u64 {
        self.checkpoint().map_or(0, |signed| signed.checkpoint().size)
    }

    fn checkpoint(&self) -> Option<&SignedCheckpoint> {
        match self {
            Self::Kept(head) => Some(&head.checkpoint),
            Self::Read(checkpoint) => Some(checkpoint),
            Self::Unreadable(_) | Self::Missing => None,
        }
    }
}

/// A copy of a head, of whatever age, that was kept elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutsideHead {
    /// Where it was kept, for people.
    pub source: String,
    /// The head.
    pub checkpoint: SignedCheckpoint,
}

/// How it is called.
const WITH_BLOCKS: &str = "the head kept with the blocks";

/// Heads from elsewhere, each compared with the chain when it has their size.
#[derive(Debug)]
pub(super) struct Heads {
    waiting: Vec<(OutsideHead, Option<Seen>)>,
}

/// The chain when it had the size of some head.
#[derive(Clone, Copy, Debug)]
struct Seen {
    /// None if nobody looked at that size.
    root: Option<Hash>,
    is_signed: bool,
}

/// The chain when all blocks are read.
pub(super) struct End<'a> {
    pub(super) blocks: u64,
    /// The last block's hash, if it is known.
    pub(super) last: Option<Hash>,
    pub(super) tree: &'a Frontier,
    /// From this block on the tree may not be the one that was signed.
    pub(super) in_doubt: Option<u64>,
    pub(super) trust: &'a Trust,
    pub(super) origin: &'a str,
    pub(super) pinned: &'a [PublicKey],
}

impl Heads {
    pub(super) fn new(mut heads: Vec<OutsideHead>) -> Self {
        heads.sort_by_key(|head| head.checkpoint.checkpoint().size);
        Self { waiting: heads.into_iter().map(|head| (head, None)).collect() }
    }

    /// The chain has grown to `size` blocks.
    pub(super) fn pass(&mut self, size: u64, tree: &Frontier, trust: &Trust, pinned: &[PublicKey]) {
        for (head, seen) in &mut self.waiting {
            if head.checkpoint.checkpoint().size == size {
                let is_signed = is_signed(&head.checkpoint, trust, pinned);
                *seen = Some(Seen { root: Some(tree.root()), is_signed });
            }
        }
    }

    /// Compares all heads with what was seen, and tells whether a pinned key signed the last one.
    pub(super) fn finish(self, last: &LastHead, end: &End<'_>, faults: &mut Faults) -> bool {
        let now = |head: &SignedCheckpoint| Seen {
            root: (head.checkpoint().size == end.blocks).then(|| end.tree.root()),
            is_signed: is_signed(head, end.trust, end.pinned),
        };
        for (OutsideHead { source, checkpoint }, seen) in &self.waiting {
            end.compare(source, checkpoint, seen.unwrap_or_else(|| now(checkpoint)), faults);
        }
        match last {
            LastHead::Kept(head) => {
                end.compare_row(head, faults);
                end.judge(&head.checkpoint, now(&head.checkpoint), faults)
            }
            LastHead::Read(checkpoint) => end.judge(checkpoint, now(checkpoint), faults),
            LastHead::Unreadable(reason) => {
                faults.push(Fault::of_chain(
                    FaultKind::Head,
                    format!("{WITH_BLOCKS} cannot be read: {reason}"),
                ));
                false
            }
            LastHead::Missing if end.blocks == 0 => false,
            LastHead::Missing => {
                faults.push(Fault::of_chain(FaultKind::Head, "no head is kept with the blocks"));
                false
            }
        }
    }
}

impl End<'_> {
    /// The last head, and whether a pinned key signed it.
    fn judge(&self, head: &SignedCheckpoint, now: Seen, faults: &mut Faults) -> bool {
        let holds = self.compare(WITH_BLOCKS, head, now, faults);
        let covers = self.covers_all(head.checkpoint(), faults);
        holds && covers && self.pinned.iter().any(|key| head.is_signed_by(key))
    }

    /// What stands beside the signed text follows from the blocks.
    fn compare_row(&self, head: &Head, faults: &mut Faults) {
        let is_known = self.in_doubt.is_none() && head.checkpoint.checkpoint().size == self.blocks;
        let fits = head.tree == *self.tree && head.trust == *self.trust && Some(head.hash) == self.last;
        if is_known && !fits {
            let message = "tree, keys or last hash beside the signed head are not those of the blocks";
            faults.push(Fault::of_chain(FaultKind::Head, message));
        }
    }

    fn compare(&self, source: &str, head: &SignedCheckpoint, seen: Seen, faults: &mut Faults) -> bool {
        let Checkpoint { origin, size, root } = head.checkpoint();
        if origin != self.origin {
            let message = format!("{source} is that of another ledger, {origin}");
            faults.push(Fault::of_chain(FaultKind::Head, message));
            return false;
        }
        if !seen.is_signed {
            let message = format!("{source} ({size} blocks) is not signed by a key trusted there");
            faults.push(Fault::of_chain(FaultKind::HeadSignature, message));
        }
        let is_cut = *size > self.blocks;
        if is_cut {
            let message = format!("not there, but {source} vouches for {size} blocks: the end was cut off");
            faults.push(Fault::over(FaultKind::TailCut, self.blocks, size - 1, message));
        }
        let is_known = self.in_doubt.is_none_or(|doubt| *size <= doubt);
        let differs = is_known && seen.root.is_some_and(|seen| seen != *root);
        if differs {
            let message =
                format!("{source} was signed over other blocks than the first {size} that are here");
            faults.push(Fault::of_chain(FaultKind::Head, message));
        }
        seen.is_signed && !is_cut && !differs
    }

    fn covers_all(&self, head: &Checkpoint, faults: &mut Faults) -> bool {
        let is_behind = head.size < self.blocks;
        if is_behind {
            let message = format!("{WITH_BLOCKS} vouches for {} blocks only", head.size);
            faults.push(Fault::over(FaultKind::Uncovered, head.size, self.blocks - 1, message));
        }
        !is_behind
    }
}

fn is_signed(head: &SignedCheckpoint, trust: &Trust, pinned: &[PublicKey]) -> bool {
    trust.trusted_keys().chain(pinned).any(|key| head.is_signed_by(key))
}

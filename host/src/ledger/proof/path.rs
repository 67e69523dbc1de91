//! Merkle proofs (RFC 6962, sections 2.1.1 and 2.1.2) are roots of stretches of the leaves. They are computed
//! here while the leaves pass by, so that a long chain needs no more memory than a short one.

use std::ops::Range;

use crate::ledger::{hash::Hash, tree::Frontier};

/// The tree as a whole and some of its parts.
#[derive(Debug)]
pub(super) struct Path {
    whole: Frontier,
    parts: Vec<(Range<u64>, Frontier)>,
}

impl Path {
    /// What proves the leaf at `index` among `size`.
    pub(super) fn inclusion(index: u64, size: u64) -> Self {
        let mut parts = Vec::new();
        include(index, 0..size, &mut parts);
        Self::of(parts)
    }

    /// What proves that the first `old` of `new` leaves are the same; 0 < `old` <= `new`.
    pub(super) fn consistency(old: u64, new: u64) -> Self {
        let mut parts = Vec::new();
        join(old, 0..new, &mut parts);
        Self::of(parts)
    }

    fn of(parts: Vec<Range<u64>>) -> Self {
        let parts = parts.into_iter().map(|part| (part, Frontier::default())).collect();
        Self { whole: Frontier::default(), parts }
    }

    /// The next leaf.
    pub(super) fn feed(&mut self, block: Hash) {
        let index = self.whole.size();
        self.whole.append(block);
        for (_, part) in self.parts.iter_mut().filter(|(part, _)| part.contains(&index)) {
            part.append(block);
        }
    }

    /// The tree over all leaves fed, and the proof.
    pub(super) fn finish(self) -> (Frontier, Vec<Hash>) {
        (self.whole, self.parts.iter().map(|(_, part)| part.root()).collect())
    }
}

/// Where a stretch of at least two leaves is divided: after the largest power of two below its length.
fn middle(leaves: &Range<u64>) -> u64 {
    leaves.start + (1 << (leaves.end - leaves.start - 1).ilog2())
}

fn include(index: u64, leaves: Range<u64>, parts: &mut Vec<Range<u64>>) {
    if leaves.end - leaves.start < 2 {
        return;
    }
    let middle = middle(&leaves);
    let (left, right) = (leaves.start..middle, middle..leaves.end);
    let (within, beside) = if index < middle { (left, right) } else { (right, left) };
    include(index, within, parts);
    parts.push(beside);
}

/// `old` is in `leaves` or their end.
fn join(old: u64, leaves: Range<u64>, parts: &mut Vec<Range<u64>>) {
    if old == leaves.end {
        // The old tree itself needs no proof: its root is known.
        if leaves.start > 0 {
            parts.push(leaves);
        }
        return;
    }
    let middle = middle(&leaves);
    let (left, right) = (leaves.start..middle, middle..leaves.end);
    let (within, beside) = if old <= middle { (left, right) } else { (right, left) };
    join(old, within, parts);
    parts.push(beside);
}

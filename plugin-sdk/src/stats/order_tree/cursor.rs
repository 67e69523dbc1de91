//! A place between two neighbouring values.

use super::OrderTree;
use super::node::Leaf;

/// The place before the value of a rank; the last place is behind the last value.
#[derive(Clone, Copy)]
pub(in crate::stats) struct Cursor<'a> {
    tree: &'a OrderTree,
    rank: u32,
    leaf: &'a Leaf,
    /// Index of the value behind the place, if it is in this leaf.
    index: usize,
}

impl<'a> Cursor<'a> {
    /// The place before `rank`, which is at most the number of values; there is at least one.
    #[inline]
    pub(super) fn new(tree: &'a OrderTree, rank: u32) -> Self {
        let at_end = u32::from(rank == tree.len);
        let (leaf, index) = tree.find(rank - at_end);
        Self { tree, rank, leaf, index: index + at_end as usize }
    }

    pub(in crate::stats) const fn rank(&self) -> u32 {
        self.rank
    }

    /// The value before the place, minus infinity at the start.
    #[inline]
    pub(in crate::stats) fn before(&self) -> f64 {
        match (self.index, self.rank) {
            (_, 0) => f64::NEG_INFINITY,
            (0, rank) => self.tree.get(rank - 1),
            (index, _) => self.leaf.keys[index - 1],
        }
    }

    /// The value behind the place, infinity at the end.
    #[inline]
    pub(in crate::stats) fn behind(&self) -> f64 {
        self.leaf.keys.get(self.index).copied().unwrap_or(f64::INFINITY)
    }

    /// The next place.
    #[inline]
    pub(super) fn forward(self) -> Self {
        if self.index + 1 < self.leaf.len {
            Self { rank: self.rank + 1, index: self.index + 1, ..self }
        } else {
            Self::new(self.tree, self.rank + 1)
        }
    }

    /// The place before this one.
    #[inline]
    pub(super) fn back(self) -> Self {
        if self.index > 0 {
            Self { rank: self.rank - 1, index: self.index - 1, ..self }
        } else {
            Self::new(self.tree, self.rank - 1)
        }
    }
}

//! Keeps the tree balanced: full nodes are split on the way down, sparse neighbours merged on the way up.
//! Level 0 are the leaves.

use super::OrderTree;
use super::node::{FULL, Inner, Leaf, SPARSE};

impl OrderTree {
    fn entries(&self, level: usize, node: u32) -> usize {
        if level == 0 { self.leaves[node].len } else { self.inners[node].len }
    }

    fn first(&self, level: usize, node: u32) -> f64 {
        if level == 0 { self.leaves[node].keys[0] } else { self.inners[node].first[0] }
    }

    /// Moves the entries of `right` from index `from` on to the end of `left`; says how many values that were.
    fn move_entries(&mut self, level: usize, right: u32, from: usize, left: u32) -> u32 {
        if level == 0 {
            let (right, left) = self.leaves.pair_mut(right, left);
            right.move_to(from, left)
        } else {
            let (right, left) = self.inners.pair_mut(right, left);
            right.move_to(from, left)
        }
    }

    /// Adds a level above a full root, so that it has a parent with room when it is split.
    pub(super) fn split_root_if_full(&mut self) {
        if self.entries(self.height, self.root) < FULL {
            return;
        }
        let root = self.inners.take(Inner::EMPTY);
        self.inners[root] = Inner::above(self.root, self.first(self.height, self.root), self.len);
        self.root = root;
        self.height += 1;
    }

    /// The index of the child that `x` belongs to, which is split first if it is full; the parent is not.
    pub(super) fn child_with_room(&mut self, level: usize, parent: u32, x: f64) -> usize {
        let index = self.inners[parent].child_at_most(x);
        let child = self.inners[parent].child[index];
        if self.entries(level, child) < FULL {
            return index;
        }
        let right = if level == 0 { self.leaves.take(Leaf::EMPTY) } else { self.inners.take(Inner::EMPTY) };
        let moved = self.move_entries(level, child, SPARSE, right);
        let first = self.first(level, right);
        self.inners[parent].split(index, right, first, moved);
        if x < first { index } else { index + 1 }
    }

    /// Removes one value equal to `x` from under a node, and mends the nodes on the way.
    pub(super) fn remove_under(&mut self, level: usize, node: u32, x: f64) {
        if level == 0 {
            self.leaves[node].remove(x);
            return;
        }
        let inner = &mut self.inners[node];
        let index = inner.child_at_most(x);
        inner.count_removed(index);
        let child = inner.child[index];
        self.remove_under(level - 1, child, x);
        self.inners[node].first[index] = self.first(level - 1, child);
        match self.entries(level - 1, child) {
            0 => self.drop_child(level, node, index),
            1..=SPARSE => self.merge_around(level, node, index),
            _ => {}
        }
    }

    /// Merges the child at `index` with its neighbours if together they are sparse.
    fn merge_around(&mut self, level: usize, parent: u32, index: usize) {
        for left in [index, index.wrapping_sub(1)] {
            let right = left.wrapping_add(1);
            let inner = &self.inners[parent];
            if right == 0 || right >= inner.len {
                continue;
            }
            let (left, sibling) = (inner.child[left], inner.child[right]);
            if self.entries(level - 1, left) + self.entries(level - 1, sibling) <= SPARSE {
                self.move_entries(level - 1, sibling, 0, left);
                self.drop_child(level, parent, right);
            }
        }
    }

    /// Takes an emptied child out of its parent.
    fn drop_child(&mut self, level: usize, parent: u32, index: usize) {
        let child = self.inners[parent].remove(index);
        if level == 1 { self.leaves.release(child) } else { self.inners.release(child) }
    }

    /// A root that is left with one child makes way for it.
    pub(super) fn drop_roots_with_one_child(&mut self) {
        while self.height > 0 && self.inners[self.root].len == 1 {
            let old = self.root;
            self.root = self.inners[old].child[0];
            self.inners[old] = Inner::EMPTY;
            self.inners.release(old);
            self.height -= 1;
        }
    }
}

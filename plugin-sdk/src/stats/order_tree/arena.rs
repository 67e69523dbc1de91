//! Nodes of one kind in one allocation, addressed by index and used again when freed.

use std::ops::{Index, IndexMut};

pub(super) struct Arena<T> {
    nodes: Vec<T>,
    free: Vec<u32>,
}

impl<T> Arena<T> {
    pub(super) fn with_capacity(nodes: usize) -> Self {
        Self { nodes: Vec::with_capacity(nodes), free: Vec::with_capacity(nodes) }
    }

    /// A node to use: a freed one, which its last user has emptied, or else `empty`.
    #[expect(clippy::cast_possible_truncation, reason = "values are counted in 32 bits, nodes are fewer")]
    pub(super) fn take(&mut self, empty: T) -> u32 {
        self.free.pop().unwrap_or_else(|| {
            debug_assert!(self.nodes.len() < self.nodes.capacity(), "the arena was made too small");
            self.nodes.push(empty);
            (self.nodes.len() - 1) as u32
        })
    }

    /// Gives an emptied node back.
    pub(super) fn release(&mut self, index: u32) {
        self.free.push(index);
    }

    /// Two different nodes at once.
    pub(super) fn pair_mut(&mut self, left: u32, right: u32) -> (&mut T, &mut T) {
        let middle = left.max(right) as usize;
        let (low, high) = self.nodes.split_at_mut(middle);
        let (first, second) = (&mut low[left.min(right) as usize], &mut high[0]);
        if left < right { (first, second) } else { (second, first) }
    }
}

impl<T> Index<u32> for Arena<T> {
    type Output = T;

    fn index(&self, index: u32) -> &T {
        &self.nodes[index as usize]
    }
}

impl<T> IndexMut<u32> for Arena<T> {
    fn index_mut(&mut self, index: u32) -> &mut T {
        &mut self.nodes[index as usize]
    }
}

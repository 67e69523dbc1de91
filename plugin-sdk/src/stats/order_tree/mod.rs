//! A sorted multiset of finite values that knows its order statistics: a B+ tree with counts (Bayer &
//! `McCreight` 1972; Knuth, TAOCP vol. 3, 6.2.4), its nodes in two arenas.
//!
//! Insert, remove, select and rank are O(log n), and nothing is allocated after construction: neighbours
//! always hold more than [`SPARSE`](node::SPARSE) entries together, which bounds the number of nodes.

mod arena;
mod balance;
mod cursor;
mod nearest;
mod node;

use arena::Arena;
pub(super) use cursor::Cursor;
use node::{FULL, Inner, Leaf};

pub(super) struct OrderTree {
    leaves: Arena<Leaf>,
    inners: Arena<Inner>,
    root: u32,
    /// Levels of inner nodes; at 0 the root is a leaf.
    height: usize,
    len: u32,
}

impl OrderTree {
    /// An empty tree with room for `capacity` values.
    pub(super) fn with_capacity(capacity: usize) -> Self {
        let (leaves, inners) = most_nodes(capacity);
        let mut leaves = Arena::with_capacity(leaves);
        let root = leaves.take(Leaf::EMPTY);
        Self { leaves, inners: Arena::with_capacity(inners), root, height: 0, len: 0 }
    }

    pub(super) const fn len(&self) -> u32 {
        self.len
    }

    /// Adds a finite value.
    pub(super) fn insert(&mut self, x: f64) {
        self.split_root_if_full();
        let mut node = self.root;
        for level in (0..self.height).rev() {
            let index = self.child_with_room(level, node, x);
            let inner = &mut self.inners[node];
            inner.count_added(index, x);
            node = inner.child[index];
        }
        self.leaves[node].insert(x);
        self.len += 1;
    }

    /// Removes one value equal to `x`, which must be there.
    pub(super) fn remove(&mut self, x: f64) {
        self.remove_under(self.height, self.root, x);
        self.drop_roots_with_one_child();
        self.len -= 1;
    }

    /// The value of this rank, counted from 0, which must be below [`len`](Self::len).
    pub(super) fn get(&self, rank: u32) -> f64 {
        let (leaf, index) = self.find(rank);
        leaf.keys[index]
    }

    /// The leaf that holds the value of this rank, and where.
    fn find(&self, mut rank: u32) -> (&Leaf, usize) {
        let mut node = self.root;
        for _ in 0..self.height {
            let inner = &self.inners[node];
            let index = inner.child_of_rank(rank);
            rank -= inner.before(index);
            node = inner.child[index];
        }
        (&self.leaves[node], rank as usize)
    }

    /// The place before the value of this rank, which is at most [`len`](Self::len); the tree is not empty.
    pub(super) fn cursor(&self, rank: u32) -> Cursor<'_> {
        Cursor::new(self, rank)
    }

    /// How many values are below `x`.
    pub(super) fn count_below(&self, x: f64) -> u32 {
        self.count(|inner| inner.child_below(x), |leaf| leaf.below(x))
    }

    /// How many values are at or below `x`.
    pub(super) fn count_at_most(&self, x: f64) -> u32 {
        self.count(|inner| inner.child_at_most(x), |leaf| leaf.at_most(x))
    }

    fn count(&self, child: impl Fn(&Inner) -> usize, in_leaf: impl Fn(&Leaf) -> u32) -> u32 {
        let (mut node, mut before) = (self.root, 0);
        for _ in 0..self.height {
            let inner = &self.inners[node];
            let index = child(inner);
            before += inner.before(index);
            node = inner.child[index];
        }
        before + in_leaf(&self.leaves[node])
    }
}

/// The most leaves and inner nodes that `values` values can occupy. A parent of `c` children holds at least
/// `(c - 1) / 2` pairs of more than `SPARSE` entries, so with `r = 2 / (SPARSE + 1) = 2 / 9` a level has at
/// most `r * entries + parents` nodes; summed over the levels that is less than a third of the entries, plus 2.
const fn most_nodes(values: usize) -> (usize, usize) {
    if values <= FULL {
        return (1, 0);
    }
    let leaves = values / 3 + 2;
    (leaves, leaves / 3 + 2)
}

//! The two kinds of node: leaves hold values, inner nodes hold children and count the values under them.
//!
//! What every push does to a node is a loop of fixed length without a branch on the data, which compilers
//! turn into vector instructions; unused slots hold what makes that come out right.

use std::ops::Range;

/// Entries in a full node.
pub(super) const FULL: usize = 16;

/// Two neighbours that together hold no more than this are merged.
pub(super) const SPARSE: usize = FULL / 2;

const BLOCK: usize = FULL / 4;

/// Sorted values; unused slots are infinite.
pub(super) struct Leaf {
    pub(super) len: usize,
    pub(super) keys: [f64; FULL],
}

/// Children in order.
pub(super) struct Inner {
    pub(super) len: usize,
    /// Smallest value under each child; unused slots are infinite.
    pub(super) first: [f64; FULL],
    /// Values under this child and all before it; in unused slots those under the whole node.
    pub(super) upto: [u32; FULL],
    /// Arena index of each child.
    pub(super) child: [u32; FULL],
}

/// How many entries come first, where those that do are all in front: finds the block, then counts in it.
#[expect(clippy::cast_possible_truncation, reason = "a node holds few entries")]
fn leading<T: Copy>(slots: &[T; FULL], comes_first: impl Fn(T) -> bool) -> u32 {
    let passed = |block: usize| usize::from(comes_first(slots[block * BLOCK - 1]));
    let start = (passed(1) + passed(2) + passed(3)) * BLOCK;
    let within: usize = slots[start..start + BLOCK].iter().map(|&slot| usize::from(comes_first(slot))).sum();
    (start + within) as u32
}

/// Makes room for `entry` at `index`; the last slot, which is unused, falls out.
fn open<T: Copy>(slots: &mut [T; FULL], index: usize, entry: T) {
    slots.copy_within(index..FULL - 1, index + 1);
    slots[index] = entry;
}

/// Takes the entry at `index` out, and leaves an `unused` slot at the end.
fn close<T: Copy>(slots: &mut [T; FULL], index: usize, unused: T) -> T {
    let entry = slots[index];
    slots.copy_within(index + 1.., index);
    slots[FULL - 1] = unused;
    entry
}

/// Moves some entries to the place `to` of another node, and leaves `unused` slots.
fn relocate<T: Copy>(from: &mut [T; FULL], moved: Range<usize>, other: &mut [T; FULL], to: usize, unused: T) {
    other[to..to + moved.len()].copy_from_slice(&from[moved.clone()]);
    from[moved].fill(unused);
}

impl Leaf {
    pub(super) const EMPTY: Self = Self { len: 0, keys: [f64::INFINITY; FULL] };

    pub(super) fn at_most(&self, x: f64) -> u32 {
        leading(&self.keys, |key| key <= x)
    }

    pub(super) fn below(&self, x: f64) -> u32 {
        leading(&self.keys, |key| key < x)
    }

    /// Adds a value: each slot gets the middle one of its value, the value before it and `x`.
    pub(super) fn insert(&mut self, x: f64) {
        let mut before = f64::NEG_INFINITY;
        for key in &mut self.keys {
            let lower = if x < *key { x } else { *key };
            let middle = if before > lower { before } else { lower };
            before = *key;
            *key = middle;
        }
        self.len += 1;
    }

    /// Removes a value equal to `x`: from there on each slot gets the next value.
    pub(super) fn remove(&mut self, x: f64) {
        let keys = self.keys;
        let next = keys[1..].iter().chain(&[f64::INFINITY]);
        for ((slot, &key), &next) in self.keys.iter_mut().zip(&keys).zip(next) {
            *slot = if key < x { key } else { next };
        }
        self.len -= 1;
    }

    /// Moves the values from index `from` on to the end of `left`; says how many.
    #[expect(clippy::cast_possible_truncation, reason = "a node holds few entries")]
    pub(super) fn move_to(&mut self, from: usize, left: &mut Self) -> u32 {
        let moved = self.len - from;
        relocate(&mut self.keys, from..self.len, &mut left.keys, left.len, f64::INFINITY);
        left.len += moved;
        self.len = from;
        moved as u32
    }
}

impl Inner {
    pub(super) const EMPTY: Self =
        Self { len: 0, first: [f64::INFINITY; FULL], upto: [0; FULL], child: [u32::MAX; FULL] };

    /// The last child that begins at or below `x`, else the first child.
    pub(super) fn child_at_most(&self, x: f64) -> usize {
        leading(&self.first, |first| first <= x).saturating_sub(1) as usize
    }

    /// The last child that begins below `x`, else the first child.
    pub(super) fn child_below(&self, x: f64) -> usize {
        leading(&self.first, |first| first < x).saturating_sub(1) as usize
    }

    /// The child that holds the value of this rank.
    pub(super) fn child_of_rank(&self, rank: u32) -> usize {
        leading(&self.upto, |upto| upto <= rank) as usize
    }

    /// Values under the children before `index`.
    pub(super) fn before(&self, index: usize) -> u32 {
        if index == 0 { 0 } else { self.upto[index - 1] }
    }

    /// Values under the node.
    fn size(&self) -> u32 {
        self.upto[FULL - 1]
    }

    /// One more value under the child at `index`, which now begins at or below `x`.
    pub(super) fn count_added(&mut self, index: usize, x: f64) {
        self.upto.iter_mut().enumerate().for_each(|(i, upto)| *upto += u32::from(i >= index));
        self.first[0] = self.first[0].min(x);
    }

    /// One value less under the child at `index`.
    pub(super) fn count_removed(&mut self, index: usize) {
        self.upto.iter_mut().enumerate().for_each(|(i, upto)| *upto -= u32::from(i >= index));
    }

    /// A node above one child.
    pub(super) fn above(child: u32, first: f64, size: u32) -> Self {
        let mut node = Self { len: 1, upto: [size; FULL], ..Self::EMPTY };
        node.first[0] = first;
        node.child[0] = child;
        node
    }

    /// Puts a child behind the one at `index`, which gives it `moved` of its values.
    pub(super) fn split(&mut self, index: usize, child: u32, first: f64, moved: u32) {
        let upto = self.upto[index];
        self.upto[index] -= moved;
        open(&mut self.upto, index + 1, upto);
        open(&mut self.first, index + 1, first);
        open(&mut self.child, index + 1, child);
        self.len += 1;
    }

    /// Takes out the child at `index`; the values counted under it are now under the child before it.
    pub(super) fn remove(&mut self, index: usize) -> u32 {
        if index > 0 {
            self.upto[index - 1] = self.upto[index];
        }
        let size = self.size();
        close(&mut self.upto, index, size);
        close(&mut self.first, index, f64::INFINITY);
        self.len -= 1;
        close(&mut self.child, index, u32::MAX)
    }

    /// Moves the children from index `from` on to the end of `left`; says how many values are under them.
    pub(super) fn move_to(&mut self, from: usize, left: &mut Self) -> u32 {
        let (kept, moved) = (self.before(from), self.size() - self.before(from));
        let before = left.size();
        left.upto[left.len..].fill(before + moved);
        self.upto[from..self.len].iter_mut().for_each(|upto| *upto = *upto - kept + before);
        relocate(&mut self.upto, from..self.len, &mut left.upto, left.len, kept);
        self.upto[from..].fill(kept);
        relocate(&mut self.first, from..self.len, &mut left.first, left.len, f64::INFINITY);
        relocate(&mut self.child, from..self.len, &mut left.child, left.len, u32::MAX);
        left.len += self.len - from;
        self.len = from;
        moved
    }
}

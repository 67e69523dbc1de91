//! The two kinds of node: leaves hold values, inner nodes hold children and how many values lie below them.

use std::ops::Range;

/// Entries in a full node. Searching one is a fixed number of comparisons without a branch.
pub(super) const FULL: usize = 32;

/// Two neighbours that together hold no more than this are merged.
pub(super) const SPARSE: usize = FULL / 2;

/// Sorted values; unused slots are infinite, so a search needs no length.
pub(super) struct Leaf {
    pub(super) len: usize,
    pub(super) keys: [f64; FULL],
}

/// Children in order; unused slots hold no value and sort last.
pub(super) struct Inner {
    pub(super) len: usize,
    /// Smallest value below each child.
    pub(super) first: [f64; FULL],
    /// Values below this child and all before it.
    pub(super) upto: [u32; FULL],
    /// Arena index of each child.
    pub(super) child: [u32; FULL],
}

fn at_most(keys: &[f64; FULL], x: f64) -> u32 {
    keys.iter().map(|&key| u32::from(key <= x)).sum()
}

fn below(keys: &[f64; FULL], x: f64) -> u32 {
    keys.iter().map(|&key| u32::from(key < x)).sum()
}

/// Makes room for `entry` at `index` among the first `len`.
fn open<T: Copy>(slots: &mut [T; FULL], len: usize, index: usize, entry: T) {
    slots.copy_within(index..len, index + 1);
    slots[index] = entry;
}

/// Takes the entry at `index` out of the first `len`, and leaves an `unused` slot behind the rest.
fn close<T: Copy>(slots: &mut [T; FULL], len: usize, index: usize, unused: T) -> T {
    let entry = slots[index];
    slots.copy_within(index + 1..len, index);
    slots[len - 1] = unused;
    entry
}

/// Moves some entries behind the first `len` of another node, and leaves `unused` slots.
fn append<T: Copy>(from: &mut [T; FULL], moved: Range<usize>, to: &mut [T; FULL], len: usize, unused: T) {
    to[len..len + moved.len()].copy_from_slice(&from[moved.clone()]);
    from[moved].fill(unused);
}

impl Leaf {
    pub(super) const EMPTY: Self = Self { len: 0, keys: [f64::INFINITY; FULL] };

    pub(super) fn at_most(&self, x: f64) -> u32 {
        at_most(&self.keys, x)
    }

    pub(super) fn below(&self, x: f64) -> u32 {
        below(&self.keys, x)
    }

    pub(super) fn insert(&mut self, x: f64) {
        let index = self.at_most(x) as usize;
        open(&mut self.keys, self.len, index, x);
        self.len += 1;
    }

    /// Removes the last value that is not above `x`.
    pub(super) fn remove(&mut self, x: f64) {
        let after = self.at_most(x) as usize;
        close(&mut self.keys, self.len, after - 1, f64::INFINITY);
        self.len -= 1;
    }

    /// Moves the values from index `from` on to the end of `left`; says how many.
    #[expect(clippy::cast_possible_truncation, reason = "a node holds few entries")]
    pub(super) fn move_to(&mut self, from: usize, left: &mut Self) -> u32 {
        let moved = self.len - from;
        append(&mut self.keys, from..self.len, &mut left.keys, left.len, f64::INFINITY);
        left.len += moved;
        self.len = from;
        moved as u32
    }
}

impl Inner {
    pub(super) const EMPTY: Self =
        Self { len: 0, first: [f64::INFINITY; FULL], upto: [u32::MAX; FULL], child: [u32::MAX; FULL] };

    /// The last child that begins at or below `x`, else the first child.
    pub(super) fn child_at_most(&self, x: f64) -> usize {
        at_most(&self.first, x).saturating_sub(1) as usize
    }

    /// The last child that begins below `x`, else the first child.
    pub(super) fn child_below(&self, x: f64) -> usize {
        below(&self.first, x).saturating_sub(1) as usize
    }

    /// The child that holds the value of this rank.
    pub(super) fn child_of_rank(&self, rank: u32) -> usize {
        self.upto.iter().map(|&upto| u32::from(upto <= rank)).sum::<u32>() as usize
    }

    /// Values under the children before `index`.
    pub(super) fn before(&self, index: usize) -> u32 {
        if index == 0 { 0 } else { self.upto[index - 1] }
    }

    pub(super) fn count_added(&mut self, index: usize) {
        self.upto[index..self.len].iter_mut().for_each(|upto| *upto += 1);
    }

    pub(super) fn count_removed(&mut self, index: usize) {
        self.upto[index..self.len].iter_mut().for_each(|upto| *upto -= 1);
    }

    /// Puts a child in at `index`, with `upto` values under it and all before it.
    pub(super) fn insert(&mut self, index: usize, first: f64, upto: u32, child: u32) {
        open(&mut self.first, self.len, index, first);
        open(&mut self.upto, self.len, index, upto);
        open(&mut self.child, self.len, index, child);
        self.len += 1;
    }

    /// Takes out the child at `index`; what was counted under it is now under the child before it.
    pub(super) fn remove(&mut self, index: usize) -> u32 {
        if index > 0 {
            self.upto[index - 1] = self.upto[index];
        }
        close(&mut self.first, self.len, index, f64::INFINITY);
        close(&mut self.upto, self.len, index, u32::MAX);
        let child = close(&mut self.child, self.len, index, u32::MAX);
        self.len -= 1;
        child
    }

    /// Moves the children from index `from` on to the end of `left`; says how many values are under them.
    pub(super) fn move_to(&mut self, from: usize, left: &mut Self) -> u32 {
        let (own, before) = (self.before(from), left.before(left.len));
        let moved = self.before(self.len) - own;
        self.upto[from..self.len].iter_mut().for_each(|upto| *upto = *upto - own + before);
        append(&mut self.first, from..self.len, &mut left.first, left.len, f64::INFINITY);
        append(&mut self.upto, from..self.len, &mut left.upto, left.len, u32::MAX);
        append(&mut self.child, from..self.len, &mut left.child, left.len, u32::MAX);
        left.len += self.len - from;
        self.len = from;
        moved
    }
}

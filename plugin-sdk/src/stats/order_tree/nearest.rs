//! The values nearest to a centre, by selection from both sides at once.
//!
//! Below the centre the distance falls with the rank, above it the distance grows: two sorted sequences, and
//! the k-th smallest of their union is found by the classic discarding argument on two search trees. Each
//! step compares one pivot of either side and halves what is left of a node on one of them: O(log n).

use super::{Cursor, OrderTree};

/// A run of ranks on one side of the centre, and the lowest node that holds it all.
#[derive(Clone, Copy)]
struct Side {
    /// First rank.
    start: u32,
    /// One past the last rank.
    end: u32,
    node: u32,
    level: usize,
    /// Rank of the first value under the node.
    base: u32,
}

/// A value near the middle of a side.
struct Pivot {
    rank: u32,
    value: f64,
}

impl Side {
    fn is_empty(&self) -> bool {
        self.start == self.end
    }

    /// Goes down to the lowest node that holds the whole run, and picks a value that splits its entries.
    fn pivot(&mut self, tree: &OrderTree) -> Pivot {
        while self.level > 0 {
            let inner = &tree.inners[self.node];
            let low = inner.child_of_rank(self.start - self.base);
            let high = inner.child_of_rank(self.end - 1 - self.base);
            if low < high {
                let middle = (low + high).div_ceil(2);
                return Pivot { rank: self.base + inner.before(middle), value: inner.first[middle] };
            }
            self.base += inner.before(low);
            self.node = inner.child[low];
            self.level -= 1;
        }
        let rank = self.start.midpoint(self.end);
        Pivot { rank, value: tree.leaves[self.node].keys[(rank - self.base) as usize] }
    }
}

/// Steps that are tried from a hint before the search starts over.
const STEPS: usize = 8;

impl OrderTree {
    /// The ends of a run of `count` values that are the nearest to `centre`, which has `split` values below
    /// it. `hint` is the rank where such a run may begin: right or nearly so, the tree is hardly searched.
    pub(in crate::stats) fn nearest(
        &self,
        centre: f64,
        split: u32,
        count: u32,
        hint: u32,
    ) -> (Cursor<'_>, Cursor<'_>) {
        let hint = hint.min(self.len - count);
        let (mut start, mut end) = (self.cursor(hint), self.cursor(hint + count));
        for _ in 0..STEPS {
            if centre - start.behind() > end.behind() - centre {
                (start, end) = (start.forward(), end.forward());
            } else if end.before() - centre > centre - start.before() {
                (start, end) = (start.back(), end.back());
            } else {
                return (start, end);
            }
        }
        let rank = self.start_of_nearest(centre, split, count);
        (self.cursor(rank), self.cursor(rank + count))
    }

    fn start_of_nearest(&self, centre: f64, split: u32, mut wanted: u32) -> u32 {
        let whole = Side { start: 0, end: self.len, node: self.root, level: self.height, base: 0 };
        let (mut below, mut above) = (Side { end: split, ..whole }, Side { start: split, ..whole });
        while wanted > 0 && !below.is_empty() && !above.is_empty() {
            let (left, right) = (below.pivot(self), above.pivot(self));
            let (taken_left, taken_right) = (below.end - left.rank, right.rank - above.start + 1);
            let left_is_nearer = centre - left.value <= right.value - centre;
            match (taken_left + taken_right <= wanted, left_is_nearer) {
                (true, true) => {
                    below.end = left.rank;
                    wanted -= taken_left;
                }
                (true, false) => {
                    above.start = right.rank + 1;
                    wanted -= taken_right;
                }
                (false, true) => above.end = right.rank,
                (false, false) => below.start = left.rank + 1,
            }
        }
        if above.is_empty() { below.end - wanted } else { below.end }
    }
}

//! Weights of numbered slots that know their running sums: a complete binary tree in one array.

/// Node 1 is the root, the children of `n` are `2n` and `2n + 1`, the slots are the leaves. Each node is the
/// sum of its children as they are, so nothing drifts and what is empty is exactly 0.
#[derive(Clone, Debug)]
pub(super) struct SumTree {
    nodes: Vec<f64>,
    leaves: usize,
}

impl SumTree {
    pub(super) fn new(slots: usize) -> Self {
        let leaves = slots.next_power_of_two();
        Self { nodes: vec![0.0; 2 * leaves], leaves }
    }

    pub(super) fn total(&self) -> f64 {
        self.nodes[1]
    }

    pub(super) fn add(&mut self, slot: usize, weight: f64) {
        let mut node = self.leaves + slot;
        self.nodes[node] += weight;
        while node > 1 {
            node /= 2;
            self.nodes[node] = self.nodes[2 * node] + self.nodes[2 * node + 1];
        }
    }

    pub(super) fn scale(&mut self, factor: f64) {
        self.nodes.iter_mut().for_each(|node| *node *= factor);
    }

    /// The weight of a slot.
    pub(super) fn weight(&self, slot: usize) -> f64 {
        self.nodes[self.leaves + slot]
    }

    /// The weight of the slots before this one.
    pub(super) fn before(&self, slot: usize) -> f64 {
        let mut node = self.leaves + slot;
        let mut sum = 0.0;
        while node > 1 {
            if node % 2 == 1 {
                sum += self.nodes[node - 1];
            }
            node /= 2;
        }
        sum
    }

    /// The first slot whose running sum is beyond `weight`, else the last slot that has any.
    pub(super) fn slot_at(&self, weight: f64) -> usize {
        let (mut node, mut rest) = (1, weight);
        while node < self.leaves {
            node *= 2;
            let left = self.nodes[node];
            if rest >= left && self.nodes[node + 1] > 0.0 {
                rest -= left;
                node += 1;
            }
        }
        node - self.leaves
    }
}

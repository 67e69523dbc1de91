use serde::Serialize;

use crate::ledger::hash::Hash;

use super::fault::{Fault, Faults};

/// What a verification found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Number of blocks that the chain should have, by the numbers found.
    pub blocks: u64,
    /// Number of blocks whose content was checked.
    pub checked: u64,
    /// Root of the tree over all blocks; none where faults leave it unknown.
    pub root: Option<Hash>,
    /// Whether a pinned key signed the first block or the head. If not, the chain fits together, but anyone could
    /// have made all of it.
    pub is_authenticated: bool,
    /// The first faults, by block.
    pub faults: Vec<Fault>,
    /// How many more there are.
    pub faults_omitted: u64,
}

impl Report {
    pub(super) fn new(
        blocks: u64,
        checked: u64,
        root: Option<Hash>,
        is_authenticated: bool,
        faults: Faults,
    ) -> Self {
        let (faults, faults_omitted) = faults.finish();
        Self { blocks, checked, root, is_authenticated, faults, faults_omitted }
    }

    /// Number of all faults.
    pub fn fault_count(&self) -> u64 {
        self.faults.len() as u64 + self.faults_omitted
    }

    /// Whether nothing is wrong.
    pub fn is_whole(&self) -> bool {
        self.faults.is_empty()
    }
}

//! How often what was decided.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use crate::domain::vocabulary::{DecidedBy, DecisionType};

/// What was decided, and how.
pub type Decided = (DecisionType, DecidedBy);

/// How often what was decided through one journal, overrides and answers to pending decisions included. Clones count
/// together.
#[derive(Clone, Debug, Default)]
pub struct Tally(Arc<Mutex<BTreeMap<Decided, u64>>>);

impl Tally {
    /// Counts decisions that are committed.
    pub(super) fn add(&self, decided: &[Decided]) {
        let mut counts = self.lock();
        for one in decided {
            *counts.entry(*one).or_default() += 1;
        }
    }

    /// How often so far.
    pub fn counts(&self) -> BTreeMap<Decided, u64> {
        self.lock().clone()
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<Decided, u64>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

//! The set that decides now, which an edit replaces as a whole or not at all.

use std::{
    path::Path,
    sync::{Arc, PoisonError, RwLock},
};

use super::{PolicySet, Refused};

/// What decides now. Clones share it.
#[derive(Clone)]
pub struct Live(Arc<RwLock<Arc<PolicySet>>>);

impl Live {
    /// Begins with a set.
    pub fn new(set: PolicySet) -> Self {
        Self(Arc::new(RwLock::new(Arc::new(set))))
    }

    /// The set as it is now; whoever holds it keeps it, whatever replaces it.
    pub fn current(&self) -> Arc<PolicySet> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Reads, checks and tests a folder, and lets it decide from now on. Gives the set that did before.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with the folder; the set before goes on deciding then.
    pub fn replace(&self, folder: &Path) -> Result<Arc<PolicySet>, Refused> {
        let new = Arc::new(PolicySet::read(folder)?);
        Ok(std::mem::replace(&mut *self.0.write().unwrap_or_else(PoisonError::into_inner), new))
    }
}

use std::sync::{Mutex, PoisonError};

use uuid::Uuid;

use crate::domain::{ids::version_7, random::Random, time::Timestamp};

/// Makes ids of new records.
pub struct Ids(Mutex<Random>);

impl Ids {
    /// Ids that differ from those of other seeds.
    pub fn new(seed: u64) -> Self {
        Self(Mutex::new(Random::new(seed, "ids")))
    }

    /// An id made at a moment.
    pub fn next(&self, at: Timestamp) -> Uuid {
        // Whoever panicked while it was drawing left nothing half done.
        version_7(at.0, &mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

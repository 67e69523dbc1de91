//! Deciding about an anomaly on record because a person asks for it.

use super::desk::{Desk, Recorded};
use crate::store::{anomalies::AnyAnomaly, change::Change, error::Result};

impl Desk {
    /// Decides about an anomaly on record as about one that just became more severe: whatever its decision was becomes a
    /// revision. The policies are those of now.
    ///
    /// # Errors
    ///
    /// If the database fails.
    pub async fn decide_anew(&self, change: &mut Change<'_>, anomaly: AnyAnomaly) -> Result<Recorded> {
        let began = self.now();
        let matters = self.matters(change, Vec::new(), vec![anomaly]).await?;
        self.conclude(change, matters, began).await
    }
}

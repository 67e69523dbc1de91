//! Sample data: what `seeds/` describes, written step by step through the same code as live use, each step a signed
//! block. Equal in every run; a second run finds everything there and changes nothing.

mod anomalies;
mod catalogue;
mod recipients;
mod steps;
mod write;

use crate::store::{error::StoreError, journal::Journal};
use catalogue::Catalogue;

/// Why there are no sample data.
#[derive(Debug, thiserror::Error)]
pub enum SeedError {
    /// A file cannot be used.
    #[error("seeds/{file}: {reason}")]
    File {
        /// Its name.
        file: &'static str,
        /// What is wrong with it.
        reason: String,
    },
    /// A step was not written.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// How much of it was not there yet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Seeded {
    /// Recipients of notifications.
    pub recipients: usize,
    /// Anomalies of symbols.
    pub market: usize,
    /// Conflicts of algorithms.
    pub conflicts: usize,
    /// Anomalies of traders.
    pub behavior: usize,
    /// Decisions.
    pub decisions: usize,
    /// Actions.
    pub actions: usize,
    /// Notifications.
    pub notifications: usize,
}

/// Writes the sample data; `progress` is told of steps done and of all steps.
///
/// # Errors
///
/// If a file of `seeds/` cannot be used or the store fails. What was written stays; run it again.
pub async fn seed(journal: &Journal, progress: impl Fn(usize, usize)) -> Result<Seeded, SeedError> {
    let catalogue = Catalogue::read()?;
    let steps = steps::all(&catalogue, anomalies::all(&catalogue)?);
    let mut seeded =
        Seeded { recipients: recipients::write(journal, &catalogue.world).await?, ..Seeded::default() };
    let all = steps.len();
    for (done, (at, step)) in (1..).zip(steps) {
        write::write(journal, at, step, &mut seeded).await?;
        progress(done, all);
    }
    Ok(seeded)
}

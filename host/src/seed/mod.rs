//! Sample data: what `seeds/` describes, written step by step through the same code as live use, each step a signed
//! block. Equal in every run; a second run finds everything there and changes nothing.

mod anomalies;
mod catalogue;
mod ids;
mod steps;

use catalogue::Catalogue;
use steps::Step;

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
}

//! Where other components are compiled and warmed: beside the rows that come in, which do not wait for it.

use rayon::{ThreadPool, ThreadPoolBuilder};

use super::ReloadError;

/// How much less its thread counts than others (`nice(2)`): a tenth where all processors are busy.
const NICE: i32 = 10;

/// A thread of low priority.
pub(super) fn pool() -> Result<ThreadPool, ReloadError> {
    let pool = ThreadPoolBuilder::new().num_threads(1).start_handler(|_| {
        if let Err(error) = rustix::process::nice(NICE) {
            tracing::warn!("components are warmed at full priority: {error}");
        }
    });
    pool.build().map_err(|error| ReloadError::Threads(error.to_string()))
}

//! Figures about what comes in.

use prometheus_client::metrics::{
    counter::Counter,
    gauge::Gauge,
    histogram::{Histogram, exponential_buckets},
};

/// Figures about what comes in. Clones share them.
#[derive(Clone, Debug)]
pub struct Metrics {
    /// Rows that were new.
    pub accepted: Counter,
    /// Rows that had been handed in before.
    pub duplicates: Counter,
    /// Rows that were late.
    pub late: Counter,
    /// Rows that were not kept, late ones too.
    pub rejected: Counter,
    /// Rows that wait now.
    pub waiting: Gauge,
    /// Requests that found too many rows waiting.
    pub refused: Counter,
    /// Batches that had to be given up.
    pub failed_batches: Counter,
    /// Rows of a batch.
    pub batch_rows: Histogram,
    /// Seconds that detectors took for a batch.
    pub detect_seconds: Histogram,
    /// Seconds that writing a batch took.
    pub commit_seconds: Histogram,
}

impl Default for Metrics {
    fn default() -> Self {
        Self {
            accepted: Counter::default(),
            duplicates: Counter::default(),
            late: Counter::default(),
            rejected: Counter::default(),
            waiting: Gauge::default(),
            refused: Counter::default(),
            failed_batches: Counter::default(),
            batch_rows: Histogram::new(exponential_buckets(1.0, 4.0, 8)),
            detect_seconds: Histogram::new(exponential_buckets(0.000_05, 2.0, 16)),
            commit_seconds: Histogram::new(exponential_buckets(0.000_5, 2.0, 14)),
        }
    }
}

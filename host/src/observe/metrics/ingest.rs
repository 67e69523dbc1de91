//! Rows that came in, and the batches that they became.

use std::time::Duration;

use prometheus_client::{
    encoding::{EncodeLabelSet, EncodeLabelValue},
    metrics::{
        counter::Counter,
        family::Family,
        gauge::Gauge,
        histogram::{Histogram, exponential_buckets},
    },
    registry::Registry,
};

/// Kinds of rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelValue)]
#[expect(missing_docs, reason = "named after the rows")]
pub enum RowKind {
    Bar,
    Signal,
    Trade,
}

/// What became of rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelValue)]
enum Outcome {
    Accepted,
    Duplicate,
    Late,
    Rejected,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Rows {
    kind: RowKind,
    outcome: Outcome,
}

/// How many rows of one kind became what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RowCounts {
    /// Committed now.
    pub accepted: u64,
    /// Committed before.
    pub duplicate: u64,
    /// Older than what a detector may still see.
    pub late: u64,
    /// No rows at all.
    pub rejected: u64,
}

/// Rows and batches of this process.
#[derive(Clone, Debug)]
pub struct IngestFigures {
    rows: Family<Rows, Counter>,
    /// Rows that wait for a batch.
    pub queued: Gauge,
    batch_rows: Histogram,
    batch_seconds: Histogram,
    commit_seconds: Histogram,
}

impl Default for IngestFigures {
    fn default() -> Self {
        // 0.5 ms to 8 s.
        let seconds = || Histogram::new(exponential_buckets(0.0005, 2.0, 15));
        Self {
            rows: Family::default(),
            queued: Gauge::default(),
            batch_rows: Histogram::new(exponential_buckets(1.0, 4.0, 9)),
            batch_seconds: seconds(),
            commit_seconds: seconds(),
        }
    }
}

impl IngestFigures {
    /// Counts rows.
    pub fn rows(&self, kind: RowKind, counts: RowCounts) {
        let outcomes = [
            (Outcome::Accepted, counts.accepted),
            (Outcome::Duplicate, counts.duplicate),
            (Outcome::Late, counts.late),
            (Outcome::Rejected, counts.rejected),
        ];
        for (outcome, count) in outcomes.into_iter().filter(|(_, count)| *count > 0) {
            self.rows.get_or_create(&Rows { kind, outcome }).inc_by(count);
        }
    }

    /// Counts a batch: its rows, the time from its first row to its commit, and that of the commit.
    pub fn batch(&self, rows: usize, whole: Duration, commit: Duration) {
        self.batch_rows.observe(rows as f64);
        self.batch_seconds.observe(whole.as_secs_f64());
        self.commit_seconds.observe(commit.as_secs_f64());
    }

    pub(super) fn register(&self, registry: &mut Registry) {
        registry.register("ingest_rows", "Rows by what became of them", self.rows.clone());
        registry.register("ingest_rows_queued", "Rows that wait for a batch", self.queued.clone());
        registry.register("ingest_batch_rows", "Rows of one batch", self.batch_rows.clone());
        registry.register(
            "ingest_batch_seconds",
            "From a batch's first row to its commit",
            self.batch_seconds.clone(),
        );
        registry.register("ingest_commit_seconds", "Time of one commit", self.commit_seconds.clone());
    }
}

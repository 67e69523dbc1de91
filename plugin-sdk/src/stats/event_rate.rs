//! How many events happened within a trailing span of time.

use std::collections::VecDeque;

/// Counts the events of the last `span` microseconds.
///
/// - Units: microseconds in, events and events a second out.
/// - Warm-up: one `span` of time determines the state.
/// - Missing: an event that is earlier than the one before counts as simultaneous with it.
/// - Cost: O(1) amortised; memory for the events of one span.
#[derive(Clone, Debug)]
pub struct EventRate {
    span: i64,
    times: VecDeque<i64>,
}

impl EventRate {
    /// Counts within the last `span` microseconds, at least 1.
    pub fn within(span: i64) -> Self {
        Self { span: span.max(1), times: VecDeque::new() }
    }

    /// Adds an event, and forgets those a span or more before it.
    pub fn push(&mut self, at: i64) {
        let at = self.times.back().map_or(at, |&latest| latest.max(at));
        while self.times.front().is_some_and(|&earliest| self.is_past(earliest, at)) {
            self.times.pop_front();
        }
        self.times.push_back(at);
    }

    /// Events in the span that ends at `now`, which is not before the latest event. O(log n).
    pub fn count(&self, now: i64) -> usize {
        self.times.len() - self.times.partition_point(|&at| self.is_past(at, now))
    }

    /// Events a second in the span that ends at `now`.
    pub fn per_second(&self, now: i64) -> f64 {
        self.count(now) as f64 * 1e6 / self.span as f64
    }

    /// Time of the latest event, microseconds since 1970 UTC.
    pub fn latest(&self) -> Option<i64> {
        self.times.back().copied()
    }

    fn is_past(&self, at: i64, now: i64) -> bool {
        now.saturating_sub(at) >= self.span
    }
}

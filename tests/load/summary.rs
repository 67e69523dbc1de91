//! Times as their quantiles.

use std::{fmt, time::Duration};

/// Times in order.
pub(crate) struct Summary(Vec<Duration>);

impl Summary {
    pub(crate) fn of(times: impl Iterator<Item = Duration>) -> Self {
        let mut times: Vec<Duration> = times.collect();
        times.sort_unstable();
        Self(times)
    }

    fn at(&self, share: f64) -> Duration {
        let place = (self.0.len() as f64 * share) as usize;
        self.0.get(place.min(self.0.len().saturating_sub(1))).copied().unwrap_or_default()
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let milliseconds = |share| self.at(share).as_secs_f64() * 1_000.0;
        write!(
            f,
            "p50 {:.1} ms, p95 {:.1} ms, p99 {:.1} ms, longest {:.1} ms",
            milliseconds(0.5),
            milliseconds(0.95),
            milliseconds(0.99),
            milliseconds(1.0)
        )
    }
}

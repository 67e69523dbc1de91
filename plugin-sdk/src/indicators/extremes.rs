use std::collections::VecDeque;

/// Largest of the last `period` values, in their unit.
///
/// Warm-up: `period` values. NaN: skipped. O(1) amortised, by a monotonic queue. Source: TA-Lib `MAX`.
#[derive(Clone, Debug)]
pub struct RollingMax {
    period: usize,
    seen: usize,
    candidates: VecDeque<(usize, f64)>,
}

impl RollingMax {
    /// A maximum over the last `period` values.
    pub fn new(period: usize) -> Self {
        let period = period.max(1);
        Self { period, seen: 0, candidates: VecDeque::with_capacity(period) }
    }

    /// Takes the next value and returns the maximum that includes it.
    pub fn push(&mut self, value: f64) -> Option<f64> {
        if value.is_nan() {
            return None;
        }
        while self.candidates.back().is_some_and(|&(_, smaller)| smaller <= value) {
            self.candidates.pop_back();
        }
        self.candidates.push_back((self.seen, value));
        self.seen += 1;
        if self.candidates.front().is_some_and(|&(at, _)| at + self.period < self.seen) {
            self.candidates.pop_front();
        }
        self.value()
    }

    /// The maximum of the last `period` values; `None` while warming up.
    pub fn value(&self) -> Option<f64> {
        let &(_, largest) = self.candidates.front()?;
        (self.seen >= self.period).then_some(largest)
    }
}

/// Smallest of the last `period` values, in their unit.
///
/// Warm-up: `period` values. NaN: skipped. O(1) amortised. Source: TA-Lib `MIN`.
#[derive(Clone, Debug)]
pub struct RollingMin {
    negated: RollingMax,
}

impl RollingMin {
    /// A minimum over the last `period` values.
    pub fn new(period: usize) -> Self {
        Self { negated: RollingMax::new(period) }
    }

    /// Takes the next value and returns the minimum that includes it.
    pub fn push(&mut self, value: f64) -> Option<f64> {
        self.negated.push(-value).map(|largest| -largest)
    }

    /// The minimum of the last `period` values; `None` while warming up.
    pub fn value(&self) -> Option<f64> {
        self.negated.value().map(|largest| -largest)
    }
}

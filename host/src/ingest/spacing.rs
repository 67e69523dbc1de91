//! How far apart a subject's rows usually are.

use std::collections::BTreeMap;

/// Later rows do not change what is usual, so a longer file means the same to its first rows.
const LOOKS_AT: u32 = 1_000;

/// Collects the spacings of one subject.
#[derive(Clone, Debug, Default)]
pub struct Spacing {
    latest: Option<i64>,
    seen: u32,
    counts: BTreeMap<i64, u32>,
}

impl Spacing {
    /// Takes the next time; equal times count as one.
    pub fn push(&mut self, at: i64) {
        let spacing = self.latest.map_or(0, |latest| at - latest);
        self.latest = Some(at);
        if spacing > 0 && self.seen < LOOKS_AT {
            self.seen += 1;
            *self.counts.entry(spacing).or_default() += 1;
        }
    }

    /// The same as [`Self::usual`], but `None` with fewer than three times.
    pub fn settled(&self) -> Option<i64> {
        if self.seen < 2 { None } else { self.usual() }
    }

    /// The most common spacing among the first 1,000, the shortest of equals; `None` with fewer than two times.
    pub fn usual(&self) -> Option<i64> {
        self.counts.iter().rev().max_by_key(|(_, count)| **count).map(|(spacing, _)| *spacing)
    }
}

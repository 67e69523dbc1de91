//! Recent rows of each stream, so that a fresh instance can be warmed by replay.

use std::collections::{HashMap, HashSet, VecDeque};

use crate::domain::rows::{Bar, Fill};

use super::manifest::WarmUp;

/// A row that belongs to a stream and to one of its sessions.
pub trait Row: Copy + Send + Sync {
    /// Dense id of the stream.
    fn stream(&self) -> u32;
    /// Session of the stream, counting up.
    fn session(&self) -> u32;
    /// Its time, microseconds since 1970 UTC.
    fn at(&self) -> i64;
}

impl Row for Bar {
    fn stream(&self) -> u32 {
        self.symbol
    }
    fn session(&self) -> u32 {
        self.session
    }
    fn at(&self) -> i64 {
        self.at
    }
}

impl Row for Fill {
    fn stream(&self) -> u32 {
        self.user
    }
    fn session(&self) -> u32 {
        self.day
    }
    fn at(&self) -> i64 {
        self.at
    }
}

/// A row and its number in the run.
#[derive(Clone, Copy, Debug)]
pub struct Numbered<R> {
    /// Number of the row in the run.
    pub number: u64,
    /// The row.
    pub row: R,
}

/// The rows of each stream that the longest warm-up needs.
#[derive(Debug)]
pub struct History<R> {
    keep: WarmUp,
    streams: Vec<VecDeque<Numbered<R>>>,
    next: u64,
}

impl<R: Row> History<R> {
    /// An empty history that keeps enough for `keep`.
    pub const fn keeping(keep: WarmUp) -> Self {
        Self { keep, streams: Vec::new(), next: 0 }
    }

    /// How much it keeps.
    pub const fn keeps(&self) -> WarmUp {
        self.keep
    }

    /// Keeps enough for `more` too; told before the first row.
    pub fn keep(&mut self, more: WarmUp) {
        self.keep = self.keep.longest(more);
    }

    /// The numbers that rows of these numbers have in another history of the same streams. Rows are told by their times;
    /// of several at one time, the last is the last.
    pub fn numbers_in(&self, other: &Self, numbers: &HashSet<u64>) -> HashMap<u64, u64> {
        let mut pairs = HashMap::new();
        for (own, others) in self.streams.iter().zip(&other.streams) {
            if !own.iter().any(|kept| numbers.contains(&kept.number)) {
                continue;
            }
            let mut by_time: HashMap<i64, Vec<u64>> = HashMap::new();
            for kept in others {
                by_time.entry(kept.row.at()).or_default().push(kept.number);
            }
            for kept in own.iter().rev() {
                let number = by_time.get_mut(&kept.row.at()).and_then(Vec::pop);
                if numbers.contains(&kept.number) {
                    pairs.extend(number.map(|number| (kept.number, number)));
                }
            }
        }
        pairs
    }

    /// Number of the next row of the run.
    pub const fn next(&self) -> u64 {
        self.next
    }

    /// Counts rows on which no state depends, without keeping them.
    pub fn pass(&mut self, rows: usize) {
        self.next += rows as u64;
    }

    /// Adds rows in the run's order.
    pub fn extend(&mut self, rows: &[R]) {
        for &row in rows {
            let index = row.stream() as usize;
            if index >= self.streams.len() {
                self.streams.resize_with(index + 1, VecDeque::new);
            }
            let stream = &mut self.streams[index];
            stream.push_back(Numbered { number: self.next, row });
            self.next += 1;
            while surplus(stream, self.keep, row.session()) {
                stream.pop_front();
            }
        }
    }

    /// The rows that determine a state with this warm-up, streams one after another, each in its order.
    /// A state depends on its own stream alone, so the order among streams does not matter.
    pub fn recent(&self, warm_up: WarmUp) -> impl Iterator<Item = Numbered<R>> + '_ {
        self.streams
            .iter()
            .flat_map(move |stream| stream.range(first(stream, stream.len(), warm_up)..).copied())
    }

    /// Rows of one stream as they were before the row `end` of the run: those that determine a state with this warm-up,
    /// and, as far as they are kept, those of the last `window` microseconds.
    pub fn recent_of(&self, stream: u32, warm_up: WarmUp, window: i64, end: u64) -> Vec<R> {
        let Some(stream) = self.streams.get(stream as usize) else { return Vec::new() };
        let end = stream.partition_point(|kept| kept.number < end);
        let Some(newest) = end.checked_sub(1).and_then(|last| stream.get(last)) else { return Vec::new() };
        let since = newest.row.at() - window;
        let by_time = stream.partition_point(|kept| kept.row.at() <= since);
        let first = first(stream, end, warm_up).min(by_time);
        stream.range(first..end).map(|kept| kept.row).collect()
    }
}

/// Place of the first row that a state before the row at `end` depends on.
fn first<R: Row>(stream: &VecDeque<Numbered<R>>, end: usize, warm_up: WarmUp) -> usize {
    let session = end.checked_sub(1).and_then(|last| stream.get(last)).map_or(0, |last| last.row.session());
    let by_rows = end.saturating_sub(warm_up.rows as usize);
    let by_sessions =
        stream.partition_point(|kept| kept.row.session().saturating_add(warm_up.sessions) < session);
    by_rows.min(by_sessions)
}

/// Whether the oldest row is needed by neither measure.
fn surplus<R: Row>(stream: &VecDeque<Numbered<R>>, keep: WarmUp, session: u32) -> bool {
    stream.len() > keep.rows as usize
        && stream.front().is_some_and(|oldest| oldest.row.session().saturating_add(keep.sessions) < session)
}

//! Stretches of time with equally many rows.

use crate::ingest::Input;

/// First and last moment, both included, microseconds since 1970 UTC.
pub(super) type Stretch = (i64, i64);

/// All of time.
pub(super) const ALL: Stretch = (i64::MIN, i64::MAX);

/// Cuts the rows' time into so many stretches, one after another without a gap.
pub(super) fn cut(input: &Input, count: usize) -> Vec<Stretch> {
    let mut times: Vec<i64> = input.bars.iter().map(|row| row.at).collect();
    times.extend(input.signals.iter().map(|row| row.at));
    times.extend(input.fills.iter().map(|row| row.at));
    times.sort_unstable();
    let starts = (0..count).filter_map(|index| times.get(times.len() * index / count).copied());
    let mut starts: Vec<i64> = starts.collect();
    starts.dedup();
    let ends = starts.iter().skip(1).map(|next| next - 1).chain(times.last().copied());
    starts.iter().copied().zip(ends).collect()
}

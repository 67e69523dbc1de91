//! Rows in the order of time, in batches of bounded length.

use crate::{
    domain::rows::{Bar, Fill, Signal},
    pipeline::Batch,
};

/// Most rows of a kind that components are shown in one call, rows of one moment aside.
const MOST_ROWS: usize = 4_096;

/// Cuts rows, each kind in the order of time, so that no batch has rows of a time that another one has.
pub(super) fn slices<'a>(
    mut bars: &'a [Bar],
    mut signals: &'a [Signal],
    mut fills: &'a [Fill],
) -> impl Iterator<Item = Batch<'a>> {
    std::iter::from_fn(move || {
        let borders = [
            bars.get(MOST_ROWS - 1).or(bars.last()).map(|row| row.known_at),
            signals.get(MOST_ROWS - 1).or(signals.last()).map(|row| row.at),
            fills.get(MOST_ROWS - 1).or(fills.last()).map(|row| row.at),
        ];
        let border = borders.into_iter().flatten().min()?;
        Some(Batch {
            bars: cut(&mut bars, |row| row.known_at <= border),
            signals: cut(&mut signals, |row| row.at <= border),
            fills: cut(&mut fills, |row| row.at <= border),
        })
    })
}

fn cut<'a, R>(rows: &mut &'a [R], is_before: impl Fn(&R) -> bool) -> &'a [R] {
    let (before, after) = rows.split_at(rows.partition_point(is_before));
    *rows = after;
    before
}

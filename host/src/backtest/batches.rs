//! Cuts a run's rows into batches.

use crate::{ingest::Input, pipeline::Batch};

/// Batches of about so many rows, in the run's total order; rows known at the same time stay together.
pub struct Batches<'a> {
    input: &'a Input,
    rows: usize,
    bar: usize,
    signal: usize,
    fill: usize,
}

impl<'a> Batches<'a> {
    /// Batches of at least `rows` rows, the last one aside.
    pub fn of(input: &'a Input, rows: usize) -> Self {
        Self { input, rows: rows.max(1), bar: 0, signal: 0, fill: 0 }
    }

    /// When the batch that starts here may end: the latest time within the next `rows` rows of each kind that
    /// leaves no more than that in total.
    fn border(&self) -> Option<i64> {
        let Self { input, bar, signal, fill, .. } = self;
        let (mut bars, mut signals, mut fills) = (
            input.bars[*bar..].iter().map(|row| row.known_at).peekable(),
            input.signals[*signal..].iter().map(|row| row.at).peekable(),
            input.fills[*fill..].iter().map(|row| row.at).peekable(),
        );
        let mut border = None;
        for _ in 0..self.rows {
            let times = [signals.peek(), bars.peek(), fills.peek()];
            let Some((kind, &at)) = times
                .into_iter()
                .enumerate()
                .filter_map(|(kind, at)| at.map(|at| (kind, at)))
                .min_by_key(|(_, at)| **at)
            else {
                break;
            };
            border = Some(at);
            match kind {
                0 => signals.next(),
                1 => bars.next(),
                _ => fills.next(),
            };
        }
        border
    }
}

impl<'a> Iterator for Batches<'a> {
    type Item = Batch<'a>;

    fn next(&mut self) -> Option<Batch<'a>> {
        let border = self.border()?;
        let bars = &self.input.bars[self.bar..];
        let signals = &self.input.signals[self.signal..];
        let fills = &self.input.fills[self.fill..];
        let batch = Batch {
            bars: &bars[..bars.partition_point(|row| row.known_at <= border)],
            signals: &signals[..signals.partition_point(|row| row.at <= border)],
            fills: &fills[..fills.partition_point(|row| row.at <= border)],
        };
        self.bar += batch.bars.len();
        self.signal += batch.signals.len();
        self.fill += batch.fills.len();
        Some(batch)
    }
}

//! Rows of one lane that are sent together.

use std::collections::HashMap;

use super::wire::Writer;
use crate::pipeline::Batch;

/// Rows of one lane, as lines of JSON, in the order in which they are sent.
#[derive(Debug, Default)]
pub(super) struct Parcel {
    signals: Vec<String>,
    bars: Vec<String>,
    trades: Vec<String>,
}

/// One request.
#[derive(Debug)]
pub(super) struct Request {
    /// Last part of the path.
    pub(super) kind: &'static str,
    /// NDJSON.
    pub(super) body: String,
    /// Lines in it.
    pub(super) rows: u64,
}

/// Rows of a moment.
pub(super) fn size(moment: &Batch<'_>) -> usize {
    moment.bars.len() + moment.signals.len() + moment.fills.len()
}

/// Deals rows to lanes by their subjects: a symbol's bars and signals share a lane, and so do a trader's fills.
pub(super) fn pack(writer: &Writer<'_>, moments: &[Batch<'_>], lanes: usize) -> Vec<Parcel> {
    let mut parcels: Vec<Parcel> = (0..lanes).map(|_| Parcel::default()).collect();
    for moment in moments {
        for row in moment.signals {
            parcels[row.symbol as usize % lanes].signals.push(writer.signal(row));
        }
        for row in moment.bars {
            parcels[row.symbol as usize % lanes].bars.push(writer.bar(row));
        }
        let mut places: HashMap<u32, usize> = HashMap::new();
        for row in moment.fills {
            let place = places.entry(row.user).or_default();
            parcels[row.user as usize % lanes].trades.push(writer.fill(row, *place));
            *place += 1;
        }
    }
    parcels
}

impl Parcel {
    pub(super) const fn is_empty(&self) -> bool {
        self.signals.is_empty() && self.bars.is_empty() && self.trades.is_empty()
    }

    /// Requests of at most so many rows each: signals first, as panels wait for them.
    pub(super) fn into_requests(self, most: usize) -> Vec<Request> {
        let Self { signals, bars, trades } = self;
        let cut = |kind: &'static str, lines: &[String]| -> Vec<Request> {
            let request = |lines: &[String]| Request { kind, body: lines.concat(), rows: lines.len() as u64 };
            lines.chunks(most).map(request).collect()
        };
        [cut("signals", &signals), cut("bars", &bars), cut("trades", &trades)].into_iter().flatten().collect()
    }
}

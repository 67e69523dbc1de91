//! Small files, row by row.

use std::fmt::Write as _;

use host::domain::family::ALGORITHMS;

/// Microseconds.
pub(crate) const SECOND: i64 = 1_000_000;

/// Microseconds.
pub(crate) const MINUTE: i64 = 60 * SECOND;

/// Monday, 2024-01-01 00:00 UTC.
pub(crate) const START: i64 = 1_704_067_200_000_000;

/// One row of a market file.
#[derive(Clone, Copy)]
pub(crate) struct Bar {
    pub(crate) symbol: &'static str,
    pub(crate) at: i64,
    pub(crate) close: f64,
}

impl Bar {
    /// A bar of a quiet market, so many minutes after the start.
    pub(crate) fn at(minute: i64) -> Self {
        Self { symbol: "AAA", at: START + minute * MINUTE, close: 100.0 + 0.01 * (minute % 3) as f64 }
    }
}

/// A market file.
pub(crate) fn market(bars: impl Iterator<Item = Bar>) -> String {
    let mut text = String::from("timestamp,symbol,close\n");
    for Bar { symbol, at, close } in bars {
        let _ = writeln!(text, "{at},{symbol},{close}");
    }
    text
}

/// A signals file in which, at each time, all 13 algorithms say what `vote` tells by their place:
/// the vote and its confidence.
pub(crate) fn signals(
    times: impl Iterator<Item = i64>,
    symbol: &str,
    vote: impl Fn(usize) -> (&'static str, f64),
) -> String {
    let mut text = String::from("timestamp,symbol,algorithm,signal,confidence\n");
    for at in times {
        for (place, algorithm) in ALGORITHMS.iter().enumerate() {
            let (vote, confidence) = vote(place);
            let _ = writeln!(text, "{at},{symbol},{algorithm},{vote},{confidence}");
        }
    }
    text
}

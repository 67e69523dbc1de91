//! Input as it came: bars, signals and trades, by UTC day, so that detectors can be warmed up again; and rows that a
//! detector could not take. The ledger does not speak of input.

mod bars;
mod days;
mod signals;
mod skipped;
mod trades;

pub use bars::{Bar, insert_bars, recent_bars};
pub use days::{MOST_DAYS, Pruned, RowsError, prune};
pub use signals::{Signal, insert_signals, recent_signals};
pub use skipped::{SkippedRow, insert_skipped, skipped};
pub use trades::{Trade, insert_trades, recent_trades};

use crate::domain::time::Timestamp;

/// How far back to go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reach {
    /// Most rows.
    pub rows: i64,
    /// No row before this moment.
    pub since: Option<Timestamp>,
}

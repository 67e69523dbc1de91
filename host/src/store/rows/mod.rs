//! Input as it came: bars, signals and trades, by UTC day, so that detectors can be warmed up again; and rows that a
//! detector could not take. The ledger does not speak of input.

mod bars;
mod days;
mod range;
mod signals;
mod skipped;
mod trades;

pub use bars::{Bar, insert_bars, known_bars, recent_bars};
pub(super) use days::KnownDays;
pub use days::{MOST_DAYS, Pruned, RowsError, prune};
pub use range::{Range, bars_within, count_within, signals_within, trades_within};
pub use signals::{Signal, insert_signals, known_signals, recent_signals, signalled_lately};
pub use skipped::{SkippedRow, insert_skipped, skipped};
pub use trades::{Position, Trade, insert_trades, known_trades, positions, recent_trades};

use super::{change::Change, error::Result};
use crate::domain::time::Timestamp;

/// Rows of all kinds that came in together.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rows {
    /// Bars.
    pub bars: Vec<Bar>,
    /// Signals.
    pub signals: Vec<Signal>,
    /// Trades.
    pub trades: Vec<Trade>,
}

impl Rows {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.bars.len() + self.signals.len() + self.trades.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Adds others.
    pub fn extend(&mut self, others: &Self) {
        self.bars.extend_from_slice(&others.bars);
        self.signals.extend_from_slice(&others.signals);
        self.trades.extend_from_slice(&others.trades);
    }
}

/// Keeps rows of all kinds, of however many days.
///
/// # Errors
///
/// As for each kind.
pub async fn insert(change: &mut Change<'_>, rows: &Rows) -> Result<()> {
    for bars in days::few_at_a_time(&rows.bars, |bar| bar.at) {
        insert_bars(change, bars).await?;
    }
    for signals in days::few_at_a_time(&rows.signals, |signal| signal.at) {
        insert_signals(change, signals).await?;
    }
    for trades in days::few_at_a_time(&rows.trades, |trade| trade.at) {
        insert_trades(change, trades).await?;
    }
    Ok(())
}

/// How far back to go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reach {
    /// Most rows.
    pub rows: i64,
    /// No row before this moment.
    pub since: Option<Timestamp>,
}

//! Rows of market files.

use super::{
    cell::{Cell, known},
    input::Role,
    merge::{Origin, Sourced},
    reject::Reason,
    sequence::Sequence,
    table::{Column, Holds, Rows, optional, required},
};
use crate::domain::{names::Names, rows::Bar};

/// Takes the bars of one file.
#[derive(Debug)]
pub(super) struct BarRows<'a> {
    pub(super) file: u32,
    pub(super) symbols: &'a mut Names,
    pub(super) bars: &'a mut Vec<Sourced<Bar>>,
    pub(super) crossed_quotes: &'a mut u64,
    pub(super) sequence: Sequence,
}

impl Rows<11> for BarRows<'_> {
    const ROLE: Role = Role::Market;
    const COLUMNS: [Column; 11] = [
        required("timestamp", Holds::Time),
        required("symbol", Holds::Text),
        required("close", Holds::Number),
        optional("open", Holds::Number),
        optional("high", Holds::Number),
        optional("low", Holds::Number),
        optional("volume", Holds::Number),
        optional("bid", Holds::Number),
        optional("ask", Holds::Number),
        optional("open_interest", Holds::Number),
        optional("implied_volatility", Holds::Number),
    ];

    fn take(&mut self, line: u64, cells: [Cell<'_>; 11]) -> Result<(), Reason> {
        let [time, symbol, close, open, high, low, volume, bid, ask, open_interest, implied_volatility] =
            cells;
        let at = time.time("timestamp")?;
        let symbol = symbol.text("symbol")?;
        let mut bar = Bar {
            close: known(close.positive("close")?, "close")?,
            open: open.positive("open")?,
            high: high.positive("high")?,
            low: low.positive("low")?,
            volume: volume.not_negative("volume")?,
            bid: bid.positive("bid")?,
            ask: ask.positive("ask")?,
            open_interest: open_interest.not_negative("open_interest")?,
            implied_volatility: implied_volatility.not_negative("implied_volatility")?,
            ..Bar::unknown(0, at)
        };
        bar.symbol = self.symbols.intern(symbol);
        if self.sequence.check(bar.symbol, at)? == Some(at) {
            return Err(Reason::Duplicate("timestamp and symbol"));
        }
        self.sequence.advance(bar.symbol, at);
        *self.crossed_quotes += u64::from(uncross(&mut bar));
        self.bars.push(Sourced { origin: Origin::new(self.file, line), row: bar });
        Ok(())
    }
}

/// Blanks a quote whose bid is above its ask; says whether it was.
fn uncross(bar: &mut Bar) -> bool {
    let crossed = bar.bid > bar.ask;
    if crossed {
        (bar.bid, bar.ask) = (f64::NAN, f64::NAN);
    }
    crossed
}

//! Rows of the host as columns of the SDK, so that detectors run natively on what the sandbox is shown.

use std::ops::Range;

use host::{domain::rows, ingest::Input};
use plugin_sdk::{
    behavior::Fills,
    market::Bars,
    types::{Column, FillColumn},
};

/// Rows as the SDK's columns.
pub struct Tape {
    bars: BarTape,
    fills: FillTape,
}

struct BarTape {
    at: Vec<i64>,
    /// Stream, session, minute.
    ids: [Vec<u32>; 3],
    /// In the order of [`Column`].
    values: [Vec<f64>; 9],
}

struct FillTape {
    at: Vec<i64>,
    /// Stream, day, minute, order, instrument.
    ids: [Vec<u32>; 5],
    side: Vec<i8>,
    /// Quantity, price, position, exposure, realised profit, equity.
    values: [Vec<f64>; 6],
}

impl Tape {
    /// All bars and fills of an input.
    pub fn of(input: &Input) -> Self {
        Self { bars: BarTape::of(&input.bars), fills: FillTape::of(&input.fills) }
    }

    /// The columns of bars that a detector asks for, of some rows.
    pub fn bars(&self, wanted: &[&[Column]], rows: &Range<usize>) -> Bars<'_> {
        let BarTape { at, ids: [stream, session, minute], values } = &self.bars;
        let column = |column: Column| {
            let asked = wanted.iter().any(|columns| columns.contains(&column));
            if asked { &values[column as usize][rows.clone()] } else { &[] }
        };
        Bars {
            stream: &stream[rows.clone()],
            at: &at[rows.clone()],
            session: &session[rows.clone()],
            minute: &minute[rows.clone()],
            open: column(Column::Open),
            high: column(Column::High),
            low: column(Column::Low),
            close: column(Column::Close),
            volume: column(Column::Volume),
            bid: column(Column::Bid),
            ask: column(Column::Ask),
            open_interest: column(Column::OpenInterest),
            implied_volatility: column(Column::ImpliedVolatility),
        }
    }

    /// The columns of fills that a detector asks for, of some rows.
    pub fn fills(&self, wanted: &[&[FillColumn]], rows: &Range<usize>) -> Fills<'_> {
        let FillTape { at, ids: [stream, day, minute, order, instrument], side, values } = &self.fills;
        let [quantity, price, position, exposure, realized_pnl, equity] = values;
        let if_asked = |column: FillColumn| {
            if wanted.iter().any(|columns| columns.contains(&column)) { rows.clone() } else { 0..0 }
        };
        Fills {
            stream: &stream[rows.clone()],
            at: &at[rows.clone()],
            day: &day[rows.clone()],
            minute: &minute[rows.clone()],
            order: &order[rows.clone()],
            instrument: &instrument[rows.clone()],
            side: &side[rows.clone()],
            quantity: &quantity[rows.clone()],
            price: &price[rows.clone()],
            realized_pnl: &realized_pnl[if_asked(FillColumn::RealizedPnl)],
            equity: &equity[if_asked(FillColumn::Equity)],
            position: &position[rows.clone()],
            exposure: &exposure[rows.clone()],
        }
    }
}

impl BarTape {
    fn of(rows: &[rows::Bar]) -> Self {
        let id = |get: fn(&rows::Bar) -> u32| rows.iter().map(get).collect();
        let value = |get: fn(&rows::Bar) -> f64| rows.iter().map(get).collect();
        Self {
            at: rows.iter().map(|bar| bar.at).collect(),
            ids: [id(|bar| bar.symbol), id(|bar| bar.session), id(|bar| bar.minute)],
            values: [
                value(|bar| bar.open),
                value(|bar| bar.high),
                value(|bar| bar.low),
                value(|bar| bar.close),
                value(|bar| bar.volume),
                value(|bar| bar.bid),
                value(|bar| bar.ask),
                value(|bar| bar.open_interest),
                value(|bar| bar.implied_volatility),
            ],
        }
    }
}

impl FillTape {
    fn of(rows: &[rows::Fill]) -> Self {
        let id = |get: fn(&rows::Fill) -> u32| rows.iter().map(get).collect();
        let value = |get: fn(&rows::Fill) -> f64| rows.iter().map(get).collect();
        Self {
            at: rows.iter().map(|fill| fill.at).collect(),
            ids: [
                id(|fill| fill.user),
                id(|fill| fill.day),
                id(|fill| fill.minute),
                id(|fill| fill.order),
                id(|fill| fill.symbol),
            ],
            side: rows.iter().map(|fill| fill.side).collect(),
            values: [
                value(|fill| fill.quantity),
                value(|fill| fill.price),
                value(|fill| fill.position),
                value(|fill| fill.exposure),
                value(|fill| fill.realized_pnl),
                value(|fill| fill.equity),
            ],
        }
    }
}

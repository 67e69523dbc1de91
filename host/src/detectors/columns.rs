//! Rows as columns, once for all components of a batch.

use std::ops::Range;

use crate::domain::{
    panel::{PanelRow, SEATS},
    rows::{Bar, Fill},
};

use super::{
    bindings::{
        algorithm::exports::vyomo::plugin::algorithm_signals as panels,
        behavior::exports::vyomo::plugin::behavior_detection as fills,
        market::vyomo::plugin::market_data as bars,
    },
    manifest::Manifest,
};

/// Bars as columns.
#[derive(Clone, Debug, Default)]
pub struct BarColumns {
    stream: Vec<u32>,
    at: Vec<i64>,
    session: Vec<u32>,
    minute: Vec<u32>,
    values: [Vec<f64>; 9],
}

impl BarColumns {
    /// Transposes rows.
    pub fn of(rows: &[Bar]) -> Self {
        let value = |get: fn(&Bar) -> f64| rows.iter().map(get).collect();
        Self {
            stream: rows.iter().map(|bar| bar.symbol).collect(),
            at: rows.iter().map(|bar| bar.at).collect(),
            session: rows.iter().map(|bar| bar.session).collect(),
            minute: rows.iter().map(|bar| bar.minute).collect(),
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

    /// The columns that a plugin asks for, of some rows.
    pub fn select(&self, manifest: &Manifest, rows: &Range<usize>) -> bars::Bars<'_> {
        let [open, high, low, close, volume, bid, ask, open_interest, implied_volatility] = &self.values;
        bars::Bars {
            stream: cut(&self.stream, rows),
            at: cut(&self.at, rows),
            session: cut(&self.session, rows),
            minute: cut(&self.minute, rows),
            open: wanted(manifest, "open", open, rows),
            high: wanted(manifest, "high", high, rows),
            low: wanted(manifest, "low", low, rows),
            close: wanted(manifest, "close", close, rows),
            volume: wanted(manifest, "volume", volume, rows),
            bid: wanted(manifest, "bid", bid, rows),
            ask: wanted(manifest, "ask", ask, rows),
            open_interest: wanted(manifest, "open_interest", open_interest, rows),
            implied_volatility: wanted(manifest, "implied_volatility", implied_volatility, rows),
        }
    }
}

/// Fills as columns.
#[derive(Clone, Debug, Default)]
pub struct FillColumns {
    at: Vec<i64>,
    ids: [Vec<u32>; 5],
    side: Vec<i8>,
    values: [Vec<f64>; 6],
}

impl FillColumns {
    /// Transposes rows.
    pub fn of(rows: &[Fill]) -> Self {
        let id = |get: fn(&Fill) -> u32| rows.iter().map(get).collect();
        let value = |get: fn(&Fill) -> f64| rows.iter().map(get).collect();
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
                value(|fill| fill.realized_pnl),
                value(|fill| fill.equity),
                value(|fill| fill.position),
                value(|fill| fill.exposure),
            ],
        }
    }

    /// The columns that a plugin asks for, of some rows.
    pub fn select(&self, manifest: &Manifest, rows: &Range<usize>) -> fills::Fills<'_> {
        let [stream, day, minute, order, instrument] = &self.ids;
        let [quantity, price, realized_pnl, equity, position, exposure] = &self.values;
        fills::Fills {
            stream: cut(stream, rows),
            at: cut(&self.at, rows),
            day: cut(day, rows),
            minute: cut(minute, rows),
            order: cut(order, rows),
            instrument: cut(instrument, rows),
            side: cut(&self.side, rows),
            quantity: cut(quantity, rows),
            price: cut(price, rows),
            realized_pnl: wanted(manifest, "realized_pnl", realized_pnl, rows),
            equity: wanted(manifest, "equity", equity, rows),
            position: cut(position, rows),
            exposure: cut(exposure, rows),
        }
    }
}

/// Panels as columns.
#[derive(Clone, Debug, Default)]
pub struct PanelColumns {
    stream: Vec<u32>,
    at: Vec<i64>,
    vote: Vec<u8>,
    confidence: Vec<f64>,
}

impl PanelColumns {
    /// Transposes panels.
    pub fn of(rows: &[PanelRow]) -> Self {
        let seats = || rows.iter().flat_map(|row| row.panel.seats.iter());
        Self {
            stream: rows.iter().map(|row| row.symbol).collect(),
            at: rows.iter().map(|row| row.panel.at).collect(),
            vote: seats().map(|seat| seat.map_or(0, |opinion| opinion.vote as u8)).collect(),
            confidence: seats().map(|seat| seat.map_or(0.0, |opinion| opinion.confidence)).collect(),
        }
    }

    /// Some panels, as shown to the algorithm on `seat`.
    pub fn select(&self, seat: usize, rows: &Range<usize>) -> panels::Panels<'_> {
        let cells = rows.start * SEATS..rows.end * SEATS;
        panels::Panels {
            stream: cut(&self.stream, rows),
            at: cut(&self.at, rows),
            members: SEATS as u32,
            seat: seat as u32,
            vote: cut(&self.vote, &cells),
            confidence: cut(&self.confidence, &cells),
        }
    }
}

fn cut<'a, T>(values: &'a [T], rows: &Range<usize>) -> &'a [T] {
    values.get(rows.clone()).unwrap_or_default()
}

fn wanted<'a>(manifest: &Manifest, column: &str, values: &'a [f64], rows: &Range<usize>) -> &'a [f64] {
    if manifest.wants(column) { cut(values, rows) } else { &[] }
}

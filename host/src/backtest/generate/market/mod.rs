//! Bars of one symbol with anomalies put in, and labels that say where.

mod implied_volatility;
mod injections;
mod open_interest;
mod outages;
mod prices;
mod quotes;
mod truth;
mod volatility;
mod volume;

use super::{calendar::Slot, instruments::Instrument, random::Random};
use crate::domain::label::Label;

/// Columns of one symbol, one value for each slot.
pub(super) struct Columns {
    pub(super) open: Vec<f64>,
    pub(super) high: Vec<f64>,
    pub(super) low: Vec<f64>,
    pub(super) close: Vec<f64>,
    pub(super) volume: Vec<f64>,
    pub(super) bid: Vec<f64>,
    pub(super) ask: Vec<f64>,
    pub(super) open_interest: Vec<f64>,
    pub(super) implied_volatility: Vec<f64>,
}

impl Columns {
    /// The columns by their names in files, in order.
    pub(super) fn named(&self) -> [(&'static str, &[f64]); 9] {
        [
            ("open", &self.open),
            ("high", &self.high),
            ("low", &self.low),
            ("close", &self.close),
            ("volume", &self.volume),
            ("bid", &self.bid),
            ("ask", &self.ask),
            ("open_interest", &self.open_interest),
            ("implied_volatility", &self.implied_volatility),
        ]
    }
}

/// Simulates the symbol over the slots.
pub(super) fn simulate(seed: u64, instrument: &Instrument, slots: &[Slot]) -> (Columns, Vec<Label>) {
    let stream = |topic: &str| Random::new(seed, &format!("{}/{topic}", instrument.name));
    let plan = injections::plan(&mut stream("injections"), slots);
    let mut moves = volatility::simulate(&mut stream("volatility"), slots, instrument.sigma);
    let doubtful_moves: Vec<usize> = prices::doubtful(&moves).collect();
    prices::inject(&mut stream("jumps"), &mut moves, &plan);
    let prices = prices::from_moves(&mut stream("prices"), slots, &moves, instrument.price);
    let quotes =
        quotes::simulate(&mut stream("quotes"), slots, &moves, &prices.close, &plan, instrument.spread);
    let (volume, doubtful_volume) = volume::simulate(&mut stream("volume"), slots, &moves, &plan);
    let (open_interest, doubtful_interest) =
        open_interest::simulate(&mut stream("open interest"), slots, &plan);
    let (implied_volatility, doubtful_iv) =
        implied_volatility::simulate(&mut stream("implied volatility"), slots, &moves.returns, &plan);

    let mut columns = Columns {
        open: prices.open,
        high: prices.high,
        low: prices.low,
        close: prices.close,
        volume,
        bid: quotes.bid,
        ask: quotes.ask,
        open_interest,
        implied_volatility,
    };
    let mut outages = stream("outages");
    for column in [
        &mut columns.volume,
        &mut columns.bid,
        &mut columns.ask,
        &mut columns.open_interest,
        &mut columns.implied_volatility,
    ] {
        outages::blank(&mut outages, column);
    }

    let doubts = truth::Doubts {
        moves: doubtful_moves,
        volume: doubtful_volume,
        open_interest: doubtful_interest,
        implied_volatility: doubtful_iv,
    };
    let labels = truth::labels(&instrument.name, slots, &plan, &columns, &doubts);
    (columns, labels)
}

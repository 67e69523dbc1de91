//! Runs detectors natively: rows in, findings out, no sandbox.
//!
//! ```
//! use plugin_sdk::{prelude::*, testing};
//! # struct Quiet;
//! # impl MarketDetector for Quiet {
//! #     const NAME: &'static str = "quiet";
//! #     const READS: &'static [Column] = &[Column::Close];
//! #     const EMITS: &'static [&'static str] = &[];
//! #     type Settings = NoSettings;
//! #     fn warm_up(_: &NoSettings) -> WarmUp { WarmUp::rows(0) }
//! #     fn new(_: &NoSettings) -> Self { Self }
//! #     fn on_bar(&mut self, _: &Bar) -> Option<Finding> { None }
//! # }
//! let bars = testing::minutes(390, |minute, bar| bar.close = 100.0 + minute as f64);
//! assert!(testing::findings_in_bars::<Quiet>("", &bars).is_empty());
//! ```

use crate::{
    agent::{Allowed, DecisionAgent, Model, Runner, Verdict},
    algorithm::{self, Algorithm},
    behavior::{self, BehaviorDetector, Fills},
    finding::RowFinding,
    market::{self, Bars, MarketDetector},
    types::{Bar, Order, Side, Signal, Vote},
};

const MINUTE: i64 = 60_000_000;
const DAY: i64 = 24 * 60 * MINUTE;

/// Bars a minute apart, in sessions of 390 minutes that begin a day apart; `fill` sets the values.
pub fn minutes(count: usize, mut fill: impl FnMut(usize, &mut Bar)) -> Vec<Bar> {
    (0..count)
        .map(|index| {
            let (session, minute) = ((index / 390) as u32, (index % 390) as u32);
            let at = i64::from(session) * DAY + i64::from(minute) * MINUTE;
            let mut bar = Bar { session, minute, ..Bar::unknown(at) };
            fill(index, &mut bar);
            bar
        })
        .collect()
}

/// An order of one fill at `at` microseconds; day and minute are those of UTC.
pub fn order(id: u32, at: i64, side: Side, quantity: f64, price: f64) -> Order {
    Order {
        at,
        last_at: at,
        day: (at / DAY) as u32,
        minute: (at % DAY / MINUTE) as u32,
        id,
        instrument: 0,
        side,
        quantity,
        price,
        notional: quantity * price,
        realized_pnl: f64::NAN,
        equity: f64::NAN,
        position: f64::NAN,
        exposure: f64::NAN,
    }
}

/// What an agent makes of a case, a JSON object. Settings are JSON; empty means defaults.
///
/// # Panics
/// If the settings are refused or the case cannot be read.
pub fn verdict<A: DecisionAgent>(
    settings: &str,
    case: &str,
    allowed: &Allowed,
    model: &Model<'_>,
) -> Verdict {
    let runner = configured(Runner::<A>::configure(settings));
    configured(runner.decide(case.into(), allowed, model))
}

/// Findings of a market detector in bars of one symbol. Settings are JSON; empty means defaults.
///
/// # Panics
/// If the settings are refused.
pub fn findings_in_bars<D: MarketDetector>(settings: &str, bars: &[Bar]) -> Vec<RowFinding> {
    let mut runner = configured(market::Runner::<D>::configure(settings));
    runner.evaluate(&BarTable::of(bars).columns())
}

/// Signals of an algorithm at bars of one symbol. Settings are JSON; empty means defaults.
///
/// # Panics
/// If the settings are refused.
pub fn signals_at_bars<A: Algorithm>(settings: &str, bars: &[Bar]) -> Vec<Option<Signal>> {
    let mut runner = configured(algorithm::Runner::<A>::configure(settings));
    let signals = runner.evaluate(&BarTable::of(bars).columns());
    signals
        .vote
        .into_iter()
        .zip(signals.confidence)
        .map(|(vote, confidence)| Vote::from_code(vote).map(|vote| Signal { vote, confidence }))
        .collect()
}

/// Findings of a behavior detector in fills of one trader (an [`Order`] is read as one fill; fills with one
/// `id` are one order). Settings are JSON; empty means defaults.
///
/// # Panics
/// If the settings are refused.
pub fn findings_in_fills<D: BehaviorDetector>(settings: &str, fills: &[Order]) -> Vec<RowFinding> {
    let mut runner = configured(behavior::Runner::<D>::configure(settings));
    runner.evaluate(&FillTable::of(fills).columns())
}

#[expect(clippy::panic, reason = "a test harness reports refused settings by failing the test")]
fn configured<R>(runner: Result<R, String>) -> R {
    runner.unwrap_or_else(|reason| panic!("settings refused: {reason}"))
}

/// Bars of one symbol as columns.
struct BarTable {
    stream: Vec<u32>,
    at: Vec<i64>,
    session: Vec<u32>,
    minute: Vec<u32>,
    values: [Vec<f64>; 9],
}

impl BarTable {
    fn of(bars: &[Bar]) -> Self {
        let value = |get: fn(&Bar) -> f64| bars.iter().map(get).collect();
        Self {
            stream: vec![0; bars.len()],
            at: bars.iter().map(|bar| bar.at).collect(),
            session: bars.iter().map(|bar| bar.session).collect(),
            minute: bars.iter().map(|bar| bar.minute).collect(),
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

    fn columns(&self) -> Bars<'_> {
        let [open, high, low, close, volume, bid, ask, open_interest, implied_volatility] = &self.values;
        Bars {
            stream: &self.stream,
            at: &self.at,
            session: &self.session,
            minute: &self.minute,
            open,
            high,
            low,
            close,
            volume,
            bid,
            ask,
            open_interest,
            implied_volatility,
        }
    }
}

/// Fills of one trader as columns.
struct FillTable {
    ids: [Vec<u32>; 5],
    at: Vec<i64>,
    side: Vec<i8>,
    values: [Vec<f64>; 6],
}

impl FillTable {
    fn of(fills: &[Order]) -> Self {
        let id = |get: fn(&Order) -> u32| fills.iter().map(get).collect();
        let value = |get: fn(&Order) -> f64| fills.iter().map(get).collect();
        Self {
            ids: [
                vec![0; fills.len()],
                id(|fill| fill.day),
                id(|fill| fill.minute),
                id(|fill| fill.id),
                id(|fill| fill.instrument),
            ],
            at: fills.iter().map(|fill| fill.at).collect(),
            side: fills.iter().map(|fill| if fill.side == Side::Buy { 1 } else { -1 }).collect(),
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

    fn columns(&self) -> Fills<'_> {
        let [stream, day, minute, order, instrument] = &self.ids;
        let [quantity, price, realized_pnl, equity, position, exposure] = &self.values;
        Fills {
            stream,
            at: &self.at,
            day,
            minute,
            order,
            instrument,
            side: &self.side,
            quantity,
            price,
            realized_pnl,
            equity,
            position,
            exposure,
        }
    }
}

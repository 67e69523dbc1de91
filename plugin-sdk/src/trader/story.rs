//! Stories about a trader, to test detectors with.

use super::MINUTE;
use crate::{
    behavior::BehaviorDetector,
    finding::RowFinding,
    testing,
    types::{Order, Side},
};

const DAY: i64 = 24 * 60 * MINUTE;
/// When a day begins.
const FIRST: i64 = 550 * MINUTE;
const TRADES: usize = 8;
/// Sizes of usual trades, times a thousand.
const SIZES: [f64; 7] = [1.0, 0.8, 1.2, 0.9, 1.1, 1.0, 1.3];
/// What usual trades bring.
const RESULTS: [f64; 5] = [12.0, -9.0, 7.0, 15.0, -11.0];

/// What [`Story::found`] answers for a detector that stays silent.
pub const NOWHERE: [usize; 0] = [];

/// The orders of one trader, written as a sequence of trades. Its clock stands where the last one ended.
/// Accounts are worth 100,000; prices are 1.
#[derive(Clone, Debug)]
pub struct Story {
    now: i64,
    trades: usize,
    fills: Vec<Order>,
}

impl Default for Story {
    fn default() -> Self {
        Self { now: FIRST, trades: 0, fills: Vec::new() }
    }
}

impl Story {
    /// Days of eight trades from ten past nine until about three o'clock, sizes around 1,000, in instruments 0 and 1, wins and
    /// losses of about ten in turn.
    pub fn usual_days(&mut self, days: usize) -> &mut Self {
        for _ in 0..days {
            self.usual_trades(TRADES).next_day();
        }
        self
    }

    /// Trades as on a usual day: 20 to 40 minutes apart, held for ten.
    pub fn usual_trades(&mut self, trades: usize) -> &mut Self {
        for _ in 0..trades {
            let index = self.trades;
            let apart = 20.0 + 5.0 * (index % 5) as f64;
            self.wait(apart).trade(
                u32::from(index.is_multiple_of(3)),
                1000.0 * SIZES[index % SIZES.len()],
                10.0,
                RESULTS[index % RESULTS.len()],
            );
        }
        self
    }

    /// Ten past nine of the next day.
    pub fn next_day(&mut self) -> &mut Self {
        self.now = (self.now / DAY + 1) * DAY + FIRST;
        self
    }

    /// Lets minutes pass.
    pub fn wait(&mut self, minutes: f64) -> &mut Self {
        self.now += (minutes * MINUTE as f64) as i64;
        self
    }

    /// Buys `size` of an instrument, holds it for `minutes`, sells it and realises `result`.
    pub fn trade(&mut self, instrument: u32, size: f64, minutes: f64, result: f64) -> &mut Self {
        self.trades += 1;
        self.fill(instrument, Side::Buy, size, size, 0.0);
        self.wait(minutes).fill(instrument, Side::Sell, size, 0.0, result);
        self
    }

    /// One order of one fill, now, after which the position in its instrument is `position`.
    pub fn fill(&mut self, instrument: u32, side: Side, size: f64, position: f64, result: f64) -> &mut Self {
        let id = self.fills.len() as u32;
        self.fills.push(Order {
            instrument,
            position,
            exposure: position.abs(),
            realized_pnl: result,
            equity: 100_000.0,
            ..testing::order(id, self.now, side, size, 1.0)
        });
        self
    }

    /// All orders so far.
    pub fn orders(&self) -> impl Iterator<Item = &Order> {
        self.fills.iter()
    }

    /// Tells the same story with no word of what trades realised.
    pub fn without_results(&mut self) -> &mut Self {
        for fill in &mut self.fills {
            fill.realized_pnl = f64::NAN;
        }
        self
    }

    /// Tells the same story with no word of what the account is worth.
    pub fn without_equity(&mut self) -> &mut Self {
        for fill in &mut self.fills {
            fill.equity = f64::NAN;
        }
        self
    }

    /// Orders so far.
    pub fn len(&self) -> usize {
        self.fills.len()
    }

    /// Whether nothing has happened.
    pub fn is_empty(&self) -> bool {
        self.fills.is_empty()
    }

    /// What a detector with its default settings finds.
    pub fn findings<D: BehaviorDetector>(&self) -> Vec<RowFinding> {
        testing::findings_in_fills::<D>("", &self.fills)
    }

    /// The orders at which it finds something, by their place in the story.
    pub fn found<D: BehaviorDetector>(&self) -> Vec<usize> {
        self.findings::<D>().into_iter().map(|found| found.row as usize).collect()
    }
}

//! Prices of the traders' instruments: random walks over the days and nights.

use super::{
    super::{calendar, random::Random},
    habits::INSTRUMENTS,
};
use crate::domain::time::{DAY, MINUTE};

/// Time between two points of a path.
const STEP: i64 = 15 * MINUTE;

/// Standard deviation of a step's log return.
const NOISE: f64 = 0.0016;

/// Paths from the day before the first session to the day after the last.
pub(super) struct Stocks {
    begin: i64,
    paths: Vec<Vec<f64>>,
}

impl Stocks {
    pub(super) fn simulate(random: &mut Random, days: usize) -> Self {
        let begin = calendar::open_of(0) - DAY;
        let end = calendar::open_of(days) + DAY;
        let steps = (end - begin) / STEP + 2;
        let path = |random: &mut Random| {
            let mut price = random.log_between(300.0, 4_000.0);
            (0..steps)
                .map(|_| {
                    price *= libm::exp(NOISE * random.normal());
                    price
                })
                .collect()
        };
        Self { begin, paths: INSTRUMENTS.iter().map(|_| path(random)).collect() }
    }

    /// The price at a moment, between the points of the path.
    pub(super) fn price(&self, instrument: usize, at: i64) -> f64 {
        let path = &self.paths[instrument];
        let since = (at - self.begin).max(0);
        let step = ((since / STEP) as usize).min(path.len() - 2);
        let part = (since % STEP) as f64 / STEP as f64;
        path[step] + (path[step + 1] - path[step]) * part
    }
}

//! Cells that never arrived.

use super::super::random::Random;

/// Share of single cells that are missing.
const LOST_CELLS: f64 = 0.002;

/// Mean outages of a column in 11,700 bars, each of 5 to 15 bars.
const OUTAGES: f64 = 1.5;

/// Blanks cells of a column: single ones, and stretches when its feed is down.
pub(super) fn blank(random: &mut Random, column: &mut [f64]) {
    let bars = column.len();
    for cell in column.iter_mut() {
        if random.chance(LOST_CELLS) {
            *cell = f64::NAN;
        }
    }
    for _ in 0..random.poisson(OUTAGES * bars as f64 / 11_700.0) {
        let start = random.below(bars);
        let length = random.whole(5, 15);
        column.iter_mut().skip(start).take(length).for_each(|cell| *cell = f64::NAN);
    }
}

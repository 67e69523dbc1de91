//! How far the price is expected to move in the next bar.

use super::{BoundedMean, Profile, Spacing};
use crate::types::{Bar, WarmUp};

/// Bars in the quick part of the forecast: volatility clusters over minutes.
const QUICK: u32 = 10;

/// Bars in the slow part: what is usual these days.
const SLOW: u32 = 200;

/// Ranges before there is a forecast.
const MINIMUM: u32 = 30;

/// What the price did in a bar, and what was expected of it. Sizes are relative to the middle of the two prices
/// compared, which is the logarithmic change up to a twelfth of its cube.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Move {
    /// The close before, quote currency; NaN for the first bar and after a break (a night, a weekend), since a
    /// gap is not a move within the session.
    pub before: f64,
    /// Change of the close since then, quote currency; NaN with it.
    pub change: f64,
    /// Bar intervals that the change took; above 1 after a halt.
    pub intervals: f64,
    /// True range for one interval, since the close before, relative.
    pub range: f64,
    /// The range that was expected before the bar; NaN before 30 ranges are known.
    pub expected: f64,
    /// What one expected range is for the change and the intervals it took, quote currency.
    pub unit: f64,
}

/// Robust forecast of the range of the next bar: a geometric mean of a quick and a slow bounded mean of true
/// ranges, both freed of the time of day, times the profile of the time of day.
///
/// Ranges tell more about volatility than closes do (Parkinson 1980); bounded influence keeps a jump from
/// raising its own yardstick, for which others use bipower variation (Lee and Mykland 2008; Boudt, Croux and
/// Laurent 2011, who also remove the intraday periodicity first); two horizons follow the heterogeneous
/// autoregression of Corsi 2009. A halt of k intervals counts as a bar √k times as large.
///
/// - Units: relative, so 0.001 is 0.1 %.
/// - Warm-up: [`Volatility::warm_up`]; the first forecast comes after 30 ranges.
/// - NaN: without high and low the range is the absolute change of the close; a bar without a range is
///   not learned.
/// - Cost: O(1).
#[derive(Clone, Debug)]
pub struct Volatility {
    spacing: Spacing,
    close: f64,
    profile: Profile,
    quick: BoundedMean,
    slow: BoundedMean,
}

impl Volatility {
    /// What determines the forecast and a memory of `rows` values that were measured by it.
    pub const fn warm_up(rows: u32) -> WarmUp {
        let own = BoundedMean::warm_up(SLOW);
        Profile::warm_up(if rows > own { rows } else { own })
    }

    /// The forecast for a symbol that was never seen.
    pub fn new() -> Self {
        Self {
            spacing: Spacing::default(),
            close: f64::NAN,
            profile: Profile::new(),
            quick: BoundedMean::over(QUICK),
            slow: BoundedMean::over(SLOW),
        }
    }

    /// Compares a bar with the forecast, then learns it. The bar's close must be known.
    pub fn push(&mut self, bar: &Bar) -> Move {
        let intervals = self.spacing.push(bar.at);
        let before = if intervals.is_some() { self.close } else { f64::NAN };
        let intervals = intervals.unwrap_or(1.0);
        let duration = intervals.sqrt();
        let top = higher(higher(bar.close, bar.high), before);
        let bottom = lower(lower(bar.close, bar.low), before);
        let range = 2.0 * (top - bottom) / ((top + bottom) * duration);

        let season = self.profile.push(bar.session, bar.minute, range).factor;
        let expected = if self.quick.count() < MINIMUM {
            f64::NAN
        } else {
            season * (self.quick.mean() * self.slow.mean()).sqrt()
        };
        self.quick.push(range / season);
        self.slow.push(range / season);
        self.close = bar.close;
        let unit = bar.close.midpoint(before) * expected * duration;
        Move { before, change: bar.close - before, intervals, range, expected, unit }
    }
}

/// The higher of two prices, the first where the other is not known.
fn higher(price: f64, other: f64) -> f64 {
    if other > price { other } else { price }
}

/// The lower of two prices, the first where the other is not known.
fn lower(price: f64, other: f64) -> f64 {
    if other < price { other } else { price }
}

impl Default for Volatility {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::{Move, Volatility};
    use crate::{testing, types::Bar};

    /// Moves of 0.1 %, twice as large in the first hour, with a range twice the move.
    fn market(sessions: usize) -> Vec<Bar> {
        testing::minutes(390 * sessions, |index, bar| {
            let size = if bar.minute < 60 { 0.002 } else { 0.001 };
            let close = if index % 2 == 0 { 100.0 } else { 100.0 * (1.0 + size) };
            (bar.close, bar.high, bar.low) = (close, close * (1.0 + size / 2.0), close * (1.0 - size / 2.0));
        })
    }

    fn moves(bars: &[Bar]) -> Vec<Move> {
        let mut volatility = Volatility::new();
        bars.iter().map(|bar| volatility.push(bar)).collect()
    }

    #[test]
    fn expects_more_at_the_open_once_it_knows_the_day() {
        let last = &moves(&market(12))[390 * 11..];
        let ratio = last[30].expected / last[300].expected;
        assert!((1.7..2.3).contains(&ratio), "{ratio}");
    }

    #[test]
    fn one_jump_hardly_changes_the_forecast() {
        let (calm, mut struck) = (market(3), market(3));
        struck[900].close *= 1.2;
        struck[900].high = struck[900].close;
        let ratio = moves(&struck)[903].expected / moves(&calm)[903].expected;
        assert!((1.0..1.5).contains(&ratio), "{ratio}: three times the usual move was seen twice, at most");
    }

    #[test]
    fn a_gap_over_night_is_no_move_and_a_halt_is_spread_over_its_bars() {
        let mut bars = market(2);
        (390..780).for_each(|index| bars[index].close *= 1.1);
        bars.drain(600..608);
        let moves = moves(&bars);
        assert!(moves[390].change.is_nan());
        assert_eq!(moves[600].intervals, 9.0);
        assert_eq!(moves.iter().skip(1).filter(|step| step.change.is_nan()).count(), 1);
    }

    #[test]
    fn closes_alone_are_enough() {
        let mut bars = market(2);
        for bar in &mut bars {
            (bar.high, bar.low) = (f64::NAN, f64::NAN);
        }
        let last = moves(&bars)[700];
        assert!((last.expected / 0.001 - 1.0).abs() < 0.3, "{}", last.expected);
        assert!((last.range / (last.change.abs() / last.before) - 1.0).abs() < 0.001);
    }
}

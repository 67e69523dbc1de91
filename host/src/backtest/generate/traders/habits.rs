//! What a trader usually does.

use super::super::random::Random;

/// What the traders trade: shares, so that their prices are none of the market's symbols.
pub(in super::super) const INSTRUMENTS: [&str; 8] =
    ["RELIANCE", "HDFCBANK", "INFY", "TCS", "SBIN", "ITC", "LT", "AXISBANK"];

/// A trader's habits.
pub(super) struct Habits {
    /// Account value at the beginning.
    pub(super) equity: f64,
    /// Mean number of positions opened in a day.
    pub(super) trades: f64,
    /// Working hours, minutes after the market opens.
    pub(super) comes_at: i64,
    pub(super) leaves_at: i64,
    /// Instruments traded, the favourites first.
    pub(super) familiar: Vec<usize>,
    pub(super) unfamiliar: Vec<usize>,
    /// Median position.
    pub(super) notional: f64,
    /// Standard deviation of a position's logarithm.
    pub(super) notional_spread: f64,
    /// Median minutes that a position is held.
    pub(super) holding: f64,
    pub(super) win_rate: f64,
    /// Typical return of a trade, won or lost.
    pub(super) outcome: f64,
}

impl Habits {
    pub(super) fn draw(random: &mut Random) -> Self {
        let equity = random.log_between(250_000.0, 3_000_000.0).round();
        let mut instruments: Vec<usize> = (0..INSTRUMENTS.len()).collect();
        random.shuffle(&mut instruments);
        let unfamiliar = instruments.split_off(random.whole(3, 5));
        let comes_at = random.whole(0, 90) as i64;
        Self {
            equity,
            trades: random.between(5.0, 9.5),
            comes_at,
            leaves_at: comes_at + random.whole(240, 300) as i64,
            familiar: instruments,
            unfamiliar,
            notional: equity * random.between(0.04, 0.09),
            notional_spread: random.between(0.18, 0.32),
            holding: random.between(5.0, 12.0),
            win_rate: random.between(0.45, 0.56),
            outcome: random.between(0.0018, 0.0035),
        }
    }
}

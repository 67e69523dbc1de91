use super::Atr;

/// Supertrend: a trailing stop of some average true ranges from the bar's middle, which only ever
/// tightens, and turns round when the close crosses it.
///
/// Warm-up: `period + 1` bars; a trend then starts upwards if the close is above the middle of its bar.
/// The line depends on the whole trend so far, so call [`restart`](Self::restart) where history should end
/// (at a session's open, say). NaN: skipped. Source: Olivier Seban.
#[derive(Clone, Debug)]
pub struct Supertrend {
    atr: Atr,
    multiplier: f64,
    state: Option<State>,
}

#[derive(Clone, Copy, Debug)]
struct State {
    trend: Trend,
    upper: f64,
    lower: f64,
    close: f64,
}

/// Which way a trend goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trend {
    /// Rising: the line is below the close.
    Up,
    /// Falling: the line is above the close.
    Down,
}

/// What [`Supertrend`] says about a bar.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SupertrendValue {
    /// Which way the trend goes.
    pub trend: Trend,
    /// The trailing stop, quote currency.
    pub line: f64,
    /// Average true range behind it, quote currency.
    pub range: f64,
}

impl Supertrend {
    /// A line `multiplier` average true ranges (over `period` bars) away; 10 and 3 are usual.
    pub fn new(period: usize, multiplier: f64) -> Self {
        Self { atr: Atr::new(period), multiplier, state: None }
    }

    /// Bars after which the average range before them weighs less than 1e-9.
    pub const fn memory(period: usize) -> usize {
        Atr::memory(period)
    }

    /// Forgets the trend but not the average true range.
    pub fn restart(&mut self) {
        self.state = None;
    }

    /// Takes the next bar.
    pub fn push(&mut self, high: f64, low: f64, close: f64) -> Option<SupertrendValue> {
        let range = self.atr.push(high, low, close)?;
        let middle = f64::midpoint(high, low);
        let (above, below) = (middle + self.multiplier * range, middle - self.multiplier * range);
        let state = match self.state {
            None => State {
                trend: if close > middle { Trend::Up } else { Trend::Down },
                upper: above,
                lower: below,
                close,
            },
            Some(last) => last.next(above, below, close),
        };
        self.state = Some(state);
        let line = if state.trend == Trend::Up { state.lower } else { state.upper };
        Some(SupertrendValue { trend: state.trend, line, range })
    }
}

impl State {
    fn next(self, above: f64, below: f64, close: f64) -> Self {
        let upper = if self.close > self.upper { above } else { above.min(self.upper) };
        let lower = if self.close < self.lower { below } else { below.max(self.lower) };
        let trend = match self.trend {
            Trend::Up if close < lower => Trend::Down,
            Trend::Down if close > upper => Trend::Up,
            same => same,
        };
        Self { trend, upper, lower, close }
    }
}

use super::{RollingMax, RollingMin};

/// Donchian channel: highest high and lowest low of the last bars.
///
/// Warm-up: `period` bars. NaN: skipped. Source: Richard Donchian; TA-Lib `MAX` of highs, `MIN` of lows.
#[derive(Clone, Debug)]
pub struct Donchian {
    highs: RollingMax,
    lows: RollingMin,
}

/// A channel of prices, quote currency.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Channel {
    /// Highest high.
    pub upper: f64,
    /// Lowest low.
    pub lower: f64,
}

impl Channel {
    /// The price half way between.
    pub const fn middle(&self) -> f64 {
        f64::midpoint(self.upper, self.lower)
    }

    /// Half the distance between.
    pub fn half_width(&self) -> f64 {
        (self.upper - self.lower) / 2.0
    }
}

impl Donchian {
    /// A channel over `period` bars; 20 is usual.
    pub fn new(period: usize) -> Self {
        Self { highs: RollingMax::new(period), lows: RollingMin::new(period) }
    }

    /// The channel of the bars so far, for judging the next one; `None` while warming up.
    pub fn channel(&self) -> Option<Channel> {
        Some(Channel { upper: self.highs.value()?, lower: self.lows.value()? })
    }

    /// Takes the next bar and returns the channel that includes it.
    pub fn push(&mut self, high: f64, low: f64) -> Option<Channel> {
        if (high + low).is_nan() {
            return None;
        }
        self.highs.push(high);
        self.lows.push(low);
        self.channel()
    }
}

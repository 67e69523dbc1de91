use super::{RollingMax, RollingMin, Sma};

/// Slow stochastic oscillator: where the close lies in the range of the last bars, smoothed twice.
///
/// Warm-up: `period + smooth_k + smooth_d - 2` bars. A range of zero counts as the middle (TA-Lib says 0).
/// NaN: skipped. Source: George Lane; TA-Lib `STOCH` with simple averages.
#[derive(Clone, Debug)]
pub struct Stochastic {
    highs: RollingMax,
    lows: RollingMin,
    k: Sma,
    d: Sma,
}

/// The lines of a [`Stochastic`], 0 to 100.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StochasticValue {
    /// Slow %K.
    pub k: f64,
    /// Slow %D, the average of %K.
    pub d: f64,
}

impl Stochastic {
    /// An oscillator with the given periods; 14, 3 and 3 are usual.
    pub fn new(period: usize, smooth_k: usize, smooth_d: usize) -> Self {
        Self {
            highs: RollingMax::new(period),
            lows: RollingMin::new(period),
            k: Sma::new(smooth_k),
            d: Sma::new(smooth_d),
        }
    }

    /// Takes the next bar.
    pub fn push(&mut self, high: f64, low: f64, close: f64) -> Option<StochasticValue> {
        if (high + low + close).is_nan() {
            return None;
        }
        let (highest, lowest) = (self.highs.push(high), self.lows.push(low));
        let (highest, lowest) = (highest?, lowest?);
        let fast = if highest > lowest { 100.0 * (close - lowest) / (highest - lowest) } else { 50.0 };
        let k = self.k.push(fast)?;
        Some(StochasticValue { k, d: self.d.push(k)? })
    }
}

use super::Ema;

/// Moving average convergence/divergence of closes, in quote currency.
///
/// Warm-up: `slow + signal - 1` values. The fast average is seeded from the last `fast` of the first
/// `slow` closes, so that both start together. NaN: skipped. Source: Gerald Appel; TA-Lib `MACD`.
#[derive(Clone, Debug)]
pub struct Macd {
    fast: Ema,
    slow: Ema,
    signal: Ema,
    skip: usize,
}

/// The lines of a [`Macd`], quote currency.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MacdValue {
    /// Fast average minus slow average.
    pub line: f64,
    /// Exponential average of the line.
    pub signal: f64,
}

impl MacdValue {
    /// Line minus signal.
    pub fn histogram(&self) -> f64 {
        self.line - self.signal
    }
}

impl Macd {
    /// An oscillator with the given periods; 12, 26 and 9 are usual.
    pub fn new(fast: usize, slow: usize, signal: usize) -> Self {
        let (fast, slow) = (fast.max(1), slow.max(1));
        Self {
            fast: Ema::new(fast),
            slow: Ema::new(slow),
            signal: Ema::new(signal),
            skip: slow.saturating_sub(fast),
        }
    }

    /// Bars after which earlier ones weigh less than 1e-9.
    pub const fn memory(slow: usize, signal: usize) -> usize {
        Ema::memory(slow) + Ema::memory(signal)
    }

    /// Takes the next close.
    pub fn push(&mut self, close: f64) -> Option<MacdValue> {
        if close.is_nan() {
            return None;
        }
        let slow = self.slow.push(close);
        if self.skip > 0 {
            self.skip -= 1;
            return None;
        }
        let line = self.fast.push(close)? - slow?;
        Some(MacdValue { line, signal: self.signal.push(line)? })
    }
}

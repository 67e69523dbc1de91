use super::Wilder;

/// Range of a bar that counts a gap from the close before, quote currency.
///
/// Warm-up: 2 bars. NaN: skipped. Source: Wilder 1978; TA-Lib `TRANGE`.
#[derive(Clone, Debug, Default)]
pub struct TrueRange {
    previous_close: Option<f64>,
}

impl TrueRange {
    /// Takes the next bar.
    pub fn push(&mut self, high: f64, low: f64, close: f64) -> Option<f64> {
        if (high + low + close).is_nan() {
            return None;
        }
        let previous = self.previous_close.replace(close)?;
        Some((high - low).max((high - previous).abs()).max((low - previous).abs()))
    }
}

/// Average true range, quote currency.
///
/// Warm-up: `period + 1` bars. NaN: skipped. Source: Wilder 1978; TA-Lib `ATR`.
#[derive(Clone, Debug)]
pub struct Atr {
    range: TrueRange,
    average: Wilder,
}

impl Atr {
    /// A range with the given period; 14 is usual.
    pub fn new(period: usize) -> Self {
        Self { range: TrueRange::default(), average: Wilder::new(period) }
    }

    /// Bars after which earlier ones weigh less than 1e-9.
    pub const fn memory(period: usize) -> usize {
        Wilder::memory(period) + 1
    }

    /// Takes the next bar.
    pub fn push(&mut self, high: f64, low: f64, close: f64) -> Option<f64> {
        let range = self.range.push(high, low, close)?;
        self.average.push(range)
    }
}

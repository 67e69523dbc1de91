use super::Wilder;

/// Relative strength index of closes, 0 to 100.
///
/// Warm-up: `period + 1` values. Where nothing moved in living memory there is no strength to compare:
/// `None` (TA-Lib says 0). NaN: skipped. Source: Wilder 1978; TA-Lib `RSI`.
#[derive(Clone, Debug)]
pub struct Rsi {
    previous: f64,
    gain: Wilder,
    loss: Wilder,
}

impl Rsi {
    /// An index with the given period; 14 is usual.
    pub fn new(period: usize) -> Self {
        Self { previous: f64::NAN, gain: Wilder::new(period), loss: Wilder::new(period) }
    }

    /// Bars after which earlier ones weigh less than 1e-9.
    pub const fn memory(period: usize) -> usize {
        Wilder::memory(period) + 1
    }

    /// Takes the next close.
    pub fn push(&mut self, close: f64) -> Option<f64> {
        if close.is_nan() {
            return None;
        }
        let change = close - core::mem::replace(&mut self.previous, close);
        if change.is_nan() {
            return None;
        }
        let gain = self.gain.push(change.max(0.0));
        let loss = self.loss.push((-change).max(0.0));
        let (gain, loss) = (gain?, loss?);
        (gain + loss > 0.0).then(|| 100.0 * gain / (gain + loss))
    }
}

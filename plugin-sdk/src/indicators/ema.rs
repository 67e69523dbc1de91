/// Exponential moving average with weight `2 / (period + 1)`, in the unit of its input.
///
/// Warm-up: `period` values, whose plain mean is the seed. NaN: skipped. Source: TA-Lib `EMA`.
#[derive(Clone, Debug)]
pub struct Ema {
    period: usize,
    seen: usize,
    weight: f64,
    value: f64,
}

impl Ema {
    /// An average with the given period.
    pub fn new(period: usize) -> Self {
        let period = period.max(1);
        Self { period, seen: 0, weight: 2.0 / (period as f64 + 1.0), value: 0.0 }
    }

    /// Values after which earlier ones weigh less than 1e-9.
    pub const fn memory(period: usize) -> usize {
        11 * (period + 1)
    }

    /// Takes the next value and returns the average that includes it.
    pub fn push(&mut self, value: f64) -> Option<f64> {
        if value.is_nan() {
            return None;
        }
        if self.seen < self.period {
            self.seen += 1;
            self.value += value / self.period as f64;
            return (self.seen == self.period).then_some(self.value);
        }
        self.value += self.weight * (value - self.value);
        Some(self.value)
    }
}

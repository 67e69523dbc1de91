/// Wilder's smoothing: an exponential average with weight `1 / period`, in the unit of its input.
///
/// Warm-up: `period` values, whose plain mean is the seed. NaN: skipped. Source: J. Welles Wilder, *New
/// Concepts in Technical Trading Systems*, 1978.
#[derive(Clone, Debug)]
pub struct Wilder {
    period: usize,
    seen: usize,
    value: f64,
}

impl Wilder {
    /// A smoothing with the given period.
    pub fn new(period: usize) -> Self {
        Self { period: period.max(1), seen: 0, value: 0.0 }
    }

    /// Values after which earlier ones weigh less than 1e-9.
    pub const fn memory(period: usize) -> usize {
        22 * period
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
        self.value += (value - self.value) / self.period as f64;
        Some(self.value)
    }
}

use super::window::Window;

/// Simple moving average, in the unit of its input.
///
/// Warm-up: `period` values. NaN: skipped. Source: TA-Lib `SMA`.
#[derive(Clone, Debug)]
pub struct Sma {
    window: Window,
}

impl Sma {
    /// An average over the last `period` values.
    pub fn new(period: usize) -> Self {
        Self { window: Window::new(period) }
    }

    /// Takes the next value and returns the average that includes it.
    pub fn push(&mut self, value: f64) -> Option<f64> {
        if value.is_nan() {
            return None;
        }
        self.window.push(value);
        self.window.is_full().then(|| self.window.mean())
    }
}

use super::window::Window;
use crate::math::ln;

/// Is implied volatility high or low for this symbol?
///
/// Places the log of implied volatility in its own distribution over the last `period` bars, the bar
/// itself included, as standard deviations from the mean. Warm-up: `period` bars. NaN, zero or negative
/// input: skipped. The log because volatility moves by proportions (Andersen et al., *Econometrica* 2003).
#[derive(Clone, Debug)]
pub struct IvRegime {
    window: Window,
}

impl IvRegime {
    /// Compares with the last `period` bars.
    pub fn new(period: usize) -> Self {
        Self { window: Window::new(period) }
    }

    /// Takes the next annualised implied volatility; returns standard deviations from usual.
    pub fn push(&mut self, implied_volatility: f64) -> Option<f64> {
        if !(implied_volatility > 0.0) {
            return None;
        }
        let value = ln(implied_volatility);
        self.window.push(value);
        let deviation = self.window.variance().sqrt();
        (self.window.is_full() && deviation > 0.0).then(|| (value - self.window.mean()) / deviation)
    }
}

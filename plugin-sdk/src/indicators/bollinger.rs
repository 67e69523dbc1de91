use super::window::Window;

/// Bollinger bands: a simple average of closes and a multiple of their population deviation around it.
///
/// Warm-up: `period` values. NaN: skipped. Source: John Bollinger; TA-Lib `BBANDS`.
#[derive(Clone, Debug)]
pub struct Bollinger {
    window: Window,
    width: f64,
}

/// The bands, quote currency.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bands {
    /// Average plus `width` deviations.
    pub upper: f64,
    /// Average.
    pub middle: f64,
    /// Average minus `width` deviations.
    pub lower: f64,
    /// One standard deviation of the window.
    pub deviation: f64,
}

impl Bollinger {
    /// Bands over `period` closes, `width` deviations wide on each side; 20 and 2 are usual.
    pub fn new(period: usize, width: f64) -> Self {
        Self { window: Window::new(period), width }
    }

    /// Takes the next close.
    pub fn push(&mut self, close: f64) -> Option<Bands> {
        if close.is_nan() {
            return None;
        }
        self.window.push(close);
        self.window.is_full().then(|| {
            let (middle, deviation) = (self.window.mean(), self.window.variance().sqrt());
            Bands {
                upper: middle + self.width * deviation,
                middle,
                lower: middle - self.width * deviation,
                deviation,
            }
        })
    }
}

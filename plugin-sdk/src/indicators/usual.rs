use super::window::Window;

/// A reading in units of its usual size: divided by its root mean square over the last `period` readings,
/// itself included.
///
/// Warm-up: `period` values. NaN: skipped. `None` too where all were zero.
#[derive(Clone, Debug)]
pub struct Usual {
    squares: Window,
}

impl Usual {
    /// Units over the last `period` readings.
    pub fn new(period: usize) -> Self {
        Self { squares: Window::new(period) }
    }

    /// Takes the next reading and returns it in usual units.
    pub fn push(&mut self, reading: f64) -> Option<f64> {
        if reading.is_nan() {
            return None;
        }
        self.squares.push(reading * reading);
        let usual = self.squares.mean().sqrt();
        (self.squares.is_full() && usual > 0.0).then(|| reading / usual)
    }
}

/// The last `capacity` values with their mean and variance.
///
/// Sums are kept about an anchor inside the window and taken afresh each time the ring wraps, so rounding
/// never accumulates and the moments are determined by the window alone.
#[derive(Clone, Debug)]
pub(super) struct Window {
    values: Vec<f64>,
    capacity: usize,
    next: usize,
    anchor: f64,
    sum: f64,
    sum_of_squares: f64,
}

impl Window {
    pub(super) fn new(capacity: usize) -> Self {
        let capacity = capacity.max(1);
        Self {
            values: Vec::with_capacity(capacity),
            capacity,
            next: 0,
            anchor: 0.0,
            sum: 0.0,
            sum_of_squares: 0.0,
        }
    }

    /// Adds a value and returns the one it displaces.
    pub(super) fn push(&mut self, value: f64) -> Option<f64> {
        let displaced = if self.values.len() < self.capacity {
            self.values.push(value);
            None
        } else {
            Some(core::mem::replace(&mut self.values[self.next], value))
        };
        self.next += 1;
        if self.next == self.capacity {
            self.next = 0;
            self.anchor_at(value);
        } else {
            self.add(value, 1.0);
            if let Some(old) = displaced {
                self.add(old, -1.0);
            }
        }
        displaced
    }

    pub(super) fn is_full(&self) -> bool {
        self.values.len() == self.capacity
    }

    /// NaN while empty.
    pub(super) fn mean(&self) -> f64 {
        self.anchor + self.sum / self.count()
    }

    /// Population variance (divided by n); NaN while empty.
    pub(super) fn variance(&self) -> f64 {
        let mean = self.sum / self.count();
        (self.sum_of_squares / self.count() - mean * mean).max(0.0)
    }

    fn count(&self) -> f64 {
        self.values.len() as f64
    }

    fn add(&mut self, value: f64, sign: f64) {
        let offset = value - self.anchor;
        self.sum += sign * offset;
        self.sum_of_squares += sign * offset * offset;
    }

    fn anchor_at(&mut self, anchor: f64) {
        self.anchor = anchor;
        let offsets = self.values.iter().map(|value| value - anchor);
        (self.sum, self.sum_of_squares) =
            offsets.fold((0.0, 0.0), |(sum, squares), x| (sum + x, squares + x * x));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shock_that_left_the_window_leaves_no_trace() {
        let mut shocked = Window::new(7);
        shocked.push(1e15);
        let mut calm = Window::new(7);
        for i in 0..40 {
            let value = 100.0 + f64::from(i % 5);
            shocked.push(value);
            calm.push(value);
        }
        assert!((shocked.mean() - calm.mean()).abs() < 1e-12);
        assert!((shocked.variance() - calm.variance()).abs() < 1e-12);
    }
}

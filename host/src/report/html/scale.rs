//! From values to places on a drawing.

/// A linear scale.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scale {
    low: f64,
    high: f64,
    from: f64,
    to: f64,
}

impl Scale {
    /// Maps `low..=high` to `from..=to`. An empty range maps to the middle.
    pub(super) fn new((low, high): (f64, f64), (from, to): (f64, f64)) -> Self {
        Self { low, high, from, to }
    }

    pub(super) fn at(&self, value: f64) -> f64 {
        let part = if self.high > self.low { (value - self.low) / (self.high - self.low) } else { 0.5 };
        self.from + part * (self.to - self.from)
    }

    /// Round values inside the range, about `wanted` of them.
    pub(super) fn ticks(&self, wanted: usize) -> Vec<f64> {
        let rough = (self.high - self.low) / wanted.max(1) as f64;
        if !(rough.is_finite() && rough > 0.0) {
            return vec![self.low];
        }
        let magnitude = 10_f64.powi(rough.log10().floor() as i32);
        let step =
            [1.0, 2.0, 5.0, 10.0].map(|factor| factor * magnitude).into_iter().find(|step| *step >= rough);
        let step = step.unwrap_or(10.0 * magnitude);
        let first = (self.low / step).ceil() as i64;
        let last = (self.high / step).floor() as i64;
        (first..=last).map(|number| number as f64 * step).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_inside() {
        let scale = Scale::new((23_870.0, 24_410.0), (0.0, 100.0));
        assert_eq!(scale.ticks(5), [24_000.0, 24_200.0, 24_400.0]);
        assert_eq!(Scale::new((3.0, 3.0), (0.0, 1.0)).ticks(4), [3.0]);
    }

    #[test]
    fn an_empty_range_is_drawn_in_the_middle() {
        assert!((Scale::new((3.0, 3.0), (0.0, 10.0)).at(3.0) - 5.0).abs() < 1e-12);
    }
}

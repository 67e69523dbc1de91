//! Changes of level of a stream whose usual value is not known beforehand.

use super::cusum::{Cusum, Shift};
use super::ewma::Ewma;

/// Values that the usual level is learned from before anything is judged by it.
const MINIMUM: f64 = 20.0;

/// The Page-Hinkley test: a two-sided cumulative sum around a level and sigma that it learns itself.
///
/// Each value is standardised by the exponentially weighted mean and standard deviation of those before it;
/// the running minimum of the classic form is the floor at zero of [`Cusum`]. An alarm forgets the old level.
///
/// - Units: the values have any, drift and threshold are in sigma.
/// - Warm-up: judges from the 20th effective value on (with a half-life below 14, which never has so many:
///   never). [`rows_to_forget`](super::rows_to_forget) of the half-life for the level.
/// - NaN: a value that is not finite is skipped; the state is unchanged.
/// - Cost: O(1), one square root and two divisions more than [`Cusum`].
/// - Source: Page 1954; Hinkley 1971; with fading memory as in Gama et al. 2014.
#[derive(Clone, Debug)]
pub struct PageHinkley {
    half_life: f64,
    usual: Ewma,
    sums: Cusum,
}

impl PageHinkley {
    /// Tolerates `drift` and raises the alarm beyond `threshold`, both in sigma, around a level whose memory
    /// halves every `half_life` values.
    pub fn new(drift: f64, threshold: f64, half_life: f64) -> Self {
        Self { half_life, usual: Ewma::half_life(half_life), sums: Cusum::new(drift, threshold) }
    }

    /// Adds a value; an alarm starts everything again.
    pub fn push(&mut self, x: f64) -> Option<Shift> {
        let shift = self.standardised(x).and_then(|z| self.sums.push(z));
        if shift.is_some() {
            self.reset();
        }
        self.usual.push(x);
        shift
    }

    fn standardised(&self, x: f64) -> Option<f64> {
        let sigma = self.usual.standard_deviation();
        (self.usual.effective_count() >= MINIMUM && sigma > 0.0).then(|| (x - self.usual.mean()) / sigma)
    }

    /// Forgets the level and both sums.
    pub fn reset(&mut self) {
        self.usual = Ewma::half_life(self.half_life);
        self.sums.reset();
    }
}

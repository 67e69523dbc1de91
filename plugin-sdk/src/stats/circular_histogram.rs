//! When in a cycle (a day, a week) things happen.

use crate::math::exp;

/// Fading, smoothed counts of events by their place in a cycle.
///
/// Each event is spread over the bins around it by a kernel that wraps at the end of the cycle, and weighs
/// half as much each `half_life` cycles later.
///
/// - Units: places are shares of the cycle (0.5 is noon on a day), times are in cycles.
/// - Warm-up: [`rows_to_forget`](super::rows_to_forget) of the half-life says after how many cycles the
///   start has less than a billionth of its weight.
/// - NaN: an event whose place or time is not finite is skipped; the state is unchanged.
/// - Cost: O(bandwidth) a push, O(1) `share`, O(bins) `rarity`; no allocation after construction.
/// - Source: kernel of Epanechnikov 1969, highest density regions as in Hyndman 1996.
#[derive(Clone, Debug)]
pub struct CircularHistogram {
    half_life: f64,
    /// Weight of an event in its own bin and each further one; the spread weights sum to 1.
    kernel: Vec<f64>,
    /// Smoothed weights, in units of an event at `reference`.
    bins: Vec<f64>,
    total: f64,
    /// Time at which an event weighs 1; it moves before weights get out of range.
    reference: f64,
}

/// Half-lives after which the reference moves: `2^64` is far inside the range of a double.
const FAR: f64 = 64.0;

impl CircularHistogram {
    /// `bins` to a cycle, events spread over `bandwidth` bins on either side, counts that halve every
    /// `half_life` cycles.
    pub fn new(bins: usize, bandwidth: usize, half_life: f64) -> Self {
        let bins = bins.max(1);
        let kernel = epanechnikov(bandwidth.min((bins - 1) / 2));
        Self {
            half_life: half_life.max(f64::MIN_POSITIVE),
            kernel,
            bins: vec![0.0; bins],
            total: 0.0,
            reference: 0.0,
        }
    }

    /// Adds an event at this place of the cycle, at `now` cycles.
    pub fn push(&mut self, place: f64, now: f64) {
        if !place.is_finite() || !now.is_finite() {
            return;
        }
        if self.total == 0.0 {
            self.reference = now;
        }
        if (now - self.reference) > FAR * self.half_life {
            self.rescale(now);
        }
        let weight = self.weight(now);
        let (bin, bins) = (self.bin(place), self.bins.len());
        self.bins[bin] += weight * self.kernel[0];
        for (distance, share) in self.kernel.iter().enumerate().skip(1) {
            self.bins[(bin + distance) % bins] += weight * share;
            self.bins[(bin + bins - distance) % bins] += weight * share;
        }
        self.total += weight;
    }

    /// How many events are remembered at `now` cycles, each counted by its faded weight.
    pub fn count(&self, now: f64) -> f64 {
        self.total / self.weight(now)
    }

    /// The smoothed share of events in the bin at this place; all bins sum to 1. NaN before the first event
    /// or for a place that is not finite.
    pub fn share(&self, place: f64) -> f64 {
        if self.total > 0.0 && place.is_finite() { self.bins[self.bin(place)] / self.total } else { f64::NAN }
    }

    /// The share of events in bins as empty as the one at this place, or emptier: near 0 where hardly
    /// anything ever happens, 1 in the busiest bin. NaN where [`share`](Self::share) is.
    pub fn rarity(&self, place: f64) -> f64 {
        if self.total == 0.0 || !place.is_finite() {
            return f64::NAN;
        }
        let here = self.bins[self.bin(place)];
        self.bins.iter().filter(|&&bin| bin <= here).sum::<f64>() / self.total
    }

    fn bin(&self, place: f64) -> usize {
        let bins = self.bins.len();
        let scaled = (place - place.floor()) * bins as f64;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 <= scaled <= bins")]
        let bin = scaled as usize;
        bin.min(bins - 1)
    }

    fn weight(&self, now: f64) -> f64 {
        exp((now - self.reference) / self.half_life * std::f64::consts::LN_2)
    }

    fn rescale(&mut self, now: f64) {
        let faded = 1.0 / self.weight(now);
        self.bins.iter_mut().for_each(|bin| *bin *= faded);
        self.total *= faded;
        self.reference = now;
    }
}

fn epanechnikov(bandwidth: usize) -> Vec<f64> {
    let reach = (bandwidth + 1) as f64;
    let heights: Vec<f64> =
        (0..=bandwidth).map(|distance| 1.0 - (distance as f64 / reach) * (distance as f64 / reach)).collect();
    let sum = heights[0] + 2.0 * heights[1..].iter().sum::<f64>();
    heights.iter().map(|height| height / sum).collect()
}

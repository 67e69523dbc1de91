//! Random numbers that are the same on every machine: bits of the `ChaCha` cipher and `libm` arithmetic.

use rand_chacha::{
    ChaCha8Rng,
    rand_core::{RngCore as _, SeedableRng as _},
};
use sha2::{Digest as _, Sha256};

/// A stream of random numbers of its own for each part of the model, so that a change in one part leaves the others as they were.
pub struct Random(ChaCha8Rng);

impl Random {
    /// The stream of `topic` under `seed`.
    pub fn new(seed: u64, topic: &str) -> Self {
        let key = Sha256::new().chain_update(seed.to_le_bytes()).chain_update(topic).finalize();
        Self(ChaCha8Rng::from_seed(key.into()))
    }

    /// Uniform in [0, 1), 53 bits.
    pub fn unit(&mut self) -> f64 {
        (self.0.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Uniform in [low, high).
    pub fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }

    /// Uniform on a logarithmic scale: small values are as frequent as large ones, ratio for ratio.
    pub fn log_between(&mut self, low: f64, high: f64) -> f64 {
        libm::exp(self.between(libm::log(low), libm::log(high)))
    }

    /// A whole number from `low` to `high`, both included.
    pub fn whole(&mut self, low: usize, high: usize) -> usize {
        low + self.below(high + 1 - low)
    }

    /// A whole number below `end`; 0 if there is none.
    pub fn below(&mut self, end: usize) -> usize {
        let wide = u128::from(self.0.next_u64()) * end as u128;
        (wide >> 64) as usize
    }

    /// True with that probability.
    pub fn chance(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// 1 or -1.
    pub fn sign(&mut self) -> f64 {
        if self.chance(0.5) { 1.0 } else { -1.0 }
    }

    /// Standard normal (Marsaglia's polar method; the second value is not kept).
    pub fn normal(&mut self) -> f64 {
        let (u, square) = self.in_disc();
        u * libm::sqrt(-2.0 * libm::log(square) / square)
    }

    /// Student t with `freedom` > 2 degrees, scaled to unit variance (Bailey 1994).
    pub fn student(&mut self, freedom: f64) -> f64 {
        let (u, square) = self.in_disc();
        let tail = freedom * (libm::pow(square, -2.0 / freedom) - 1.0);
        u * libm::sqrt(tail / square) * libm::sqrt((freedom - 2.0) / freedom)
    }

    /// A whole number within a fifth of `mean`.
    pub fn about(&mut self, mean: f64) -> usize {
        (mean * self.between(0.8, 1.2)).round() as usize
    }

    /// Poisson with that mean (Knuth's product method: for means of a few dozen).
    pub fn poisson(&mut self, mean: f64) -> usize {
        let limit = libm::exp(-mean);
        let mut product = self.unit();
        let mut count = 0;
        while product > limit {
            product *= self.unit();
            count += 1;
        }
        count
    }

    /// Puts the values in random order (Fisher and Yates).
    pub fn shuffle<T>(&mut self, values: &mut [T]) {
        for last in (1..values.len()).rev() {
            values.swap(last, self.below(last + 1));
        }
    }

    fn in_disc(&mut self) -> (f64, f64) {
        loop {
            let u = self.between(-1.0, 1.0);
            let v = self.between(-1.0, 1.0);
            let square = u * u + v * v;
            if square > 0.0 && square < 1.0 {
                return (u, square);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moments(mut draw: impl FnMut() -> f64) -> (f64, f64) {
        let values: Vec<f64> = (0..200_000).map(|_| draw()).collect();
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        let variance = values.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / values.len() as f64;
        (mean, variance)
    }

    #[test]
    fn normal_and_student_have_zero_mean_and_unit_variance() {
        let mut random = Random::new(7, "moments");
        for (mean, variance) in [moments(|| random.normal()), moments(|| random.student(8.0))] {
            assert!(mean.abs() < 0.01, "mean {mean}");
            assert!((variance - 1.0).abs() < 0.03, "variance {variance}");
        }
    }

    #[test]
    fn poisson_has_its_mean_as_variance() {
        let mut random = Random::new(7, "poisson");
        let (mean, variance) = moments(|| random.poisson(12.0) as f64);
        assert!((mean - 12.0).abs() < 0.1 && (variance - 12.0).abs() < 0.3, "{mean} {variance}");
    }

    #[test]
    fn topics_are_streams_of_their_own() {
        let draw = |seed, topic| Random::new(seed, topic).unit().to_bits();
        assert_eq!(draw(1, "prices"), draw(1, "prices"));
        assert_ne!(draw(1, "prices"), draw(1, "volume"));
        assert_ne!(draw(1, "prices"), draw(2, "prices"));
    }

    #[test]
    fn whole_numbers_reach_both_ends() {
        let mut random = Random::new(1, "whole");
        let mut seen = [false; 3];
        for _ in 0..100 {
            seen[random.whole(4, 6) - 4] = true;
        }
        assert_eq!(seen, [true; 3]);
    }
}

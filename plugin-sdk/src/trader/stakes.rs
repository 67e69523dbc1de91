//! How large this trader's positions usually are.

use std::collections::VecDeque;

use super::{
    normal_tail,
    quantile::{NORMAL_75, NORMAL_90, quantile},
    remembered,
};
use crate::{math, types::Order};

/// Openings kept.
const KEPT: usize = 200;
/// Openings needed for a judgement, and half of it for one by instrument.
const NEEDED: usize = 20;
/// Smallest deviation of logarithmic size taken seriously: a trader of fixed lots still differs by a quarter.
const SMALLEST_DEVIATION: f64 = 0.25;

/// How far something lies above the habit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Excess {
    /// Robust standard deviations above the usual.
    pub deviations: f64,
    /// Times the usual.
    pub times: f64,
}

impl Excess {
    /// Chance of at least this much, never better than even.
    pub fn chance(&self) -> f64 {
        normal_tail(self.deviations.max(0.0))
    }
}

/// The sizes of positions that the trader opened, on a logarithmic scale: the last 200 of two months.
#[derive(Clone, Debug, Default)]
pub struct Stakes {
    opened: VecDeque<Opened>,
}

#[derive(Clone, Copy, Debug)]
struct Opened {
    day: u32,
    instrument: u32,
    size: f64,
}

impl Stakes {
    /// Learns the position that the order opens, if it opens one.
    pub fn learn(&mut self, order: &Order) {
        if !order.opens() {
            return;
        }
        while self.opened.len() >= KEPT
            || self.opened.front().is_some_and(|old| !remembered(old.day, order.day))
        {
            self.opened.pop_front();
        }
        let size = math::ln(order.stake());
        self.opened.push_back(Opened { day: order.day, instrument: order.instrument, size });
    }

    /// The position that the order leaves against the usual, or, if it is above that, against the usual in its
    /// instrument where that is known and kinder. `None` before 20 openings.
    pub fn judge(&self, order: &Order) -> Option<Excess> {
        if self.opened.len() < NEEDED {
            return None;
        }
        let size = math::ln(order.stake());
        let overall = excess(self.opened.iter().map(|opened| opened.size).collect(), size);
        let own: Vec<f64> =
            self.opened.iter().filter(|o| o.instrument == order.instrument).map(|o| o.size).collect();
        if overall.deviations <= 0.0 || 2 * own.len() < NEEDED {
            return Some(overall);
        }
        let own = excess(own, size);
        Some(if own.deviations < overall.deviations { own } else { overall })
    }

    /// Chance that the trader picks an instrument as rare for them as the order's: the share of openings in
    /// instruments used no more often.
    pub fn familiarity(&self, order: &Order) -> f64 {
        let mut used: Vec<u32> = self.opened.iter().map(|opened| opened.instrument).collect();
        let own = used.iter().filter(|&&instrument| instrument == order.instrument).count();
        used.sort_unstable();
        let as_rare: usize = used.chunk_by(u32::eq).map(<[u32]>::len).filter(|&uses| uses <= own).sum();
        (as_rare as f64 + 1.0) / (used.len() as f64 + 1.0)
    }
}

/// `size` against `sizes`, with the upper half's spread, since what is too small is no matter. Of the spreads
/// that three pairs of quantiles show, the smallest: two habitual sizes stretch some of them, but not all.
fn excess(mut sizes: Vec<f64>, size: f64) -> Excess {
    let [median, high, top] = [0.5, 0.75, 0.9].map(|share| quantile(&mut sizes, share));
    let spread = ((top - median) / NORMAL_90)
        .min((high - median) / NORMAL_75)
        .min((top - high) / (NORMAL_90 - NORMAL_75))
        .max(SMALLEST_DEVIATION);
    let deviations = ((size - median) / spread).min((size - top) / spread + NORMAL_90);
    Excess { deviations, times: math::exp(size - median) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{testing, types::Side};

    fn opening(instrument: u32, size: f64) -> Order {
        let mut order = testing::order(0, 0, Side::Buy, size, 1.0);
        order.instrument = instrument;
        order.position = size;
        order
    }

    fn after(sizes: impl IntoIterator<Item = (u32, f64)>) -> Stakes {
        let mut stakes = Stakes::default();
        sizes.into_iter().for_each(|(instrument, size)| stakes.learn(&opening(instrument, size)));
        stakes
    }

    #[test]
    fn silent_before_twenty_openings() {
        let usual = after((0..19).map(|_| (0, 100.0)));
        assert_eq!(usual.judge(&opening(0, 900.0)), None);
    }

    #[test]
    fn five_times_a_fixed_lot_stands_out() {
        let excess = after((0..30).map(|_| (0, 100.0))).judge(&opening(0, 500.0)).unwrap();
        assert!((excess.times - 5.0).abs() < 1e-9);
        assert!(excess.deviations > 6.0);
    }

    #[test]
    fn a_second_habitual_size_is_usual() {
        let excess =
            after((0..40).map(|i| (0, if i % 4 == 0 { 300.0 } else { 100.0 }))).judge(&opening(0, 300.0));
        assert!(excess.unwrap().deviations < 2.0);
    }

    #[test]
    fn an_instrument_has_sizes_of_its_own() {
        let usual = after((0..100).map(|i| if i % 10 == 0 { (1, 900.0) } else { (0, 100.0) }));
        assert!(usual.judge(&opening(1, 900.0)).unwrap().deviations < 2.0);
        assert!(usual.judge(&opening(0, 900.0)).unwrap().deviations > 4.0);
    }

    #[test]
    fn a_new_instrument_is_unfamiliar() {
        let usual = after((0..99).map(|i| (i % 2, 100.0)));
        assert!(usual.familiarity(&opening(7, 100.0)) <= 0.01);
        assert!(usual.familiarity(&opening(0, 100.0)) > 0.9);
    }
}

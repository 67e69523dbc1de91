//! What a count usually comes to in a day.

use std::collections::VecDeque;

use super::{
    quantile::{NORMAL_90, quantile},
    remembered,
    stakes::Excess,
};

/// Days needed for a judgement.
const NEEDED: usize = 5;

/// One count for each of the trader's days of the last two months. Judged on the square-root scale, on which
/// a Poisson count has a standard deviation of one half whatever its mean (Bartlett 1936).
#[derive(Clone, Debug, Default)]
pub struct Daily {
    days: VecDeque<(u32, u32)>,
}

impl Daily {
    /// Learns the count of a day that is over.
    pub fn learn(&mut self, day: u32, count: u32) {
        while self.days.front().is_some_and(|&(old, _)| !remembered(old, day)) {
            self.days.pop_front();
        }
        self.days.push_back((day, count));
    }

    /// Median count; `None` before the first whole day.
    pub fn usual(&self, today: u32) -> Option<f64> {
        let mut roots = self.roots(today);
        (!roots.is_empty()).then(|| quantile(&mut roots, 0.5)).map(|root| root * root)
    }

    /// `count` against those of days before `today`; `floor` is the smallest deviation taken seriously, on
    /// the square-root scale. `None` before five days.
    pub fn judge(&self, count: u32, today: u32, floor: f64) -> Option<Excess> {
        let mut roots = self.roots(today);
        if roots.len() < NEEDED {
            return None;
        }
        let [median, top] = [0.5, 0.9].map(|share| quantile(&mut roots, share));
        let spread = ((top - median) / NORMAL_90).max(floor);
        let deviations = (f64::from(count).sqrt() - median) / spread;
        Some(Excess { deviations, times: f64::from(count) / (median * median) })
    }

    fn roots(&self, today: u32) -> Vec<f64> {
        let counts = self.days.iter().filter(|&&(day, _)| day < today && remembered(day, today));
        counts.map(|&(_, count)| f64::from(count).sqrt()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(counts: &[u32]) -> Daily {
        let mut daily = Daily::default();
        for (day, &count) in (0..).zip(counts) {
            daily.learn(day, count);
        }
        daily
    }

    #[test]
    fn four_days_make_no_habit() {
        assert_eq!(after(&[10; 4]).judge(99, 4, 0.5), None);
    }

    #[test]
    fn counts_weigh_by_their_root() {
        let excess = after(&[16; 9]).judge(36, 9, 0.5).unwrap();
        assert_eq!((excess.deviations, excess.times), (4.0, 2.25));
    }

    #[test]
    fn one_frantic_day_does_not_become_the_habit() {
        let calm = after(&[10; 20]).judge(40, 20, 0.5);
        let mut counts = [10; 20];
        counts[7] = 400;
        assert_eq!(after(&counts).judge(40, 20, 0.5), calm);
    }

    #[test]
    fn what_is_older_than_two_months_is_forgotten() {
        let daily = after(&[10; 9]);
        assert!(daily.judge(20, 60, 0.5).is_some());
        assert_eq!(daily.judge(20, 100, 0.5), None);
    }
}

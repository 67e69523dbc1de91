//! What a count usually comes to in a day.

use std::collections::VecDeque;

use super::{quantile::quantile, remembered, stakes::Excess};

/// Days needed for a judgement.
const NEEDED: usize = 5;
/// The spread is read off the quantile of this share, and the standard normal one of it: up to a fifth of the
/// days may have been frantic.
const BUSY: f64 = 0.8;
const NORMAL_BUSY: f64 = 0.841_621_233_572_914_3;

/// `count` against the `usual` counts of other days, on the square-root scale, on which a Poisson count has a
/// standard deviation of one half whatever its mean (Bartlett 1936). `floor` is the smallest deviation taken
/// seriously, on that scale. `None` with fewer than five days.
pub fn judge_count(usual: impl Iterator<Item = u32>, count: u32, floor: f64) -> Option<Excess> {
    let mut roots: Vec<f64> = usual.map(|count| f64::from(count).sqrt()).collect();
    if roots.len() < NEEDED {
        return None;
    }
    let [median, busy] = [0.5, BUSY].map(|share| quantile(&mut roots, share));
    let spread = ((busy - median) / NORMAL_BUSY).max(floor);
    let deviations = (f64::from(count).sqrt() - median) / spread;
    Some(Excess { deviations, times: f64::from(count) / (median * median).round() })
}

/// Something for each of the trader's days of the last two months, today last.
#[derive(Clone, Debug)]
pub struct Daily<T> {
    days: VecDeque<(u32, T)>,
}

impl<T> Default for Daily<T> {
    fn default() -> Self {
        Self { days: VecDeque::new() }
    }
}

impl<T: Default> Daily<T> {
    /// What is kept for today, to be changed.
    pub fn today(&mut self, today: u32) -> &mut T {
        if self.days.back().is_none_or(|&(day, _)| day != today) {
            self.days.retain(|&(day, _)| remembered(day, today));
            self.days.push_back((today, T::default()));
        }
        let last = self.days.len() - 1;
        &mut self.days[last].1
    }

    /// What is kept for today, if there is anything.
    pub fn so_far(&self, today: u32) -> Option<&T> {
        self.days.back().filter(|&&(day, _)| day == today).map(|(_, kept)| kept)
    }

    /// What is kept for days before today.
    pub fn before(&self, today: u32) -> impl Iterator<Item = &T> {
        let past = self.days.iter().filter(move |&&(day, _)| day != today && remembered(day, today));
        past.map(|(_, kept)| kept)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_days_make_no_habit() {
        assert_eq!(judge_count([10; 4].into_iter(), 99, 0.5), None);
    }

    #[test]
    fn counts_weigh_by_their_root() {
        let excess = judge_count([16; 9].into_iter(), 36, 0.5).unwrap();
        assert_eq!((excess.deviations, excess.times), (4.0, 2.25));
    }

    #[test]
    fn some_frantic_days_do_not_become_the_habit() {
        let calm = judge_count([10; 20].into_iter(), 40, 0.5);
        let mut counts = [10; 20];
        counts[..3].fill(400);
        assert_eq!(judge_count(counts.into_iter(), 40, 0.5), calm);
    }

    #[test]
    fn two_months_are_kept_and_today_is_not_the_past() {
        let mut daily = Daily::default();
        for day in 0..=70 {
            *daily.today(day) += day;
        }
        assert_eq!(daily.so_far(70), Some(&70));
        assert_eq!(daily.so_far(71), None);
        assert_eq!((daily.before(70).min(), daily.before(70).max()), (Some(&10), Some(&69)));
    }
}

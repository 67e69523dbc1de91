use std::collections::VecDeque;

use super::{Opinion, Panel, SEATS, fold::odds};

/// Panels over which an algorithm's habit is taken: two hours of minutes.
const MEMORY: usize = 128;

/// Opinions before a habit is known: as many as a mean needs to settle.
const ENOUGH: usize = 30;

/// Odds at which six algorithms, half a panel, just make a convinced camp: the sixth root of 19.
const USUAL_ODDS: f64 = 1.634;

/// How loudly each algorithm speaks as a rule; lowers the voices of those that always shout.
///
/// A habitual confidence carries no news, so a camp of fewer than half the panel should not convince by habit.
/// Where an algorithm's mean confidence over the last 128 panels is above what that allows, its odds are
/// divided by the excess. Quiet algorithms are left as they are: conviction cannot be lent to them.
#[derive(Clone, Debug, Default)]
pub struct Habits {
    seats: [Habit; SEATS],
}

impl Habits {
    /// The panel on a common scale of conviction, judged by the panels before it; then learns from it.
    #[must_use]
    pub fn level(&mut self, panel: &Panel) -> Panel {
        let mut levelled = *panel;
        for (seat, habit) in levelled.seats.iter_mut().zip(&mut self.seats) {
            let said = *seat;
            if let (Some(opinion), Some(usual)) = (seat.as_mut(), habit.mean()) {
                *opinion = quieter(*opinion, usual);
            }
            habit.learn(said.map(|opinion| opinion.confidence));
        }
        levelled
    }
}

fn quieter(opinion: Opinion, usual: f64) -> Opinion {
    let excess = odds(usual) / USUAL_ODDS;
    if excess <= 1.0 {
        return opinion;
    }
    let odds = odds(opinion.confidence) / excess;
    Opinion { confidence: odds / (1.0 + odds), ..opinion }
}

/// The recent confidences of one algorithm, in millionths, so that their sum is exact.
#[derive(Clone, Debug, Default)]
struct Habit {
    recent: VecDeque<Option<u32>>,
    sum: u64,
    count: usize,
}

impl Habit {
    fn mean(&self) -> Option<f64> {
        (self.count >= ENOUGH).then(|| self.sum as f64 / 1e6 / self.count as f64)
    }

    fn learn(&mut self, confidence: Option<f64>) {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to a million")]
        let millionths = confidence.map(|confidence| (confidence.clamp(0.0, 1.0) * 1e6) as u32);
        if self.recent.len() == MEMORY
            && let Some(oldest) = self.recent.pop_front().flatten()
        {
            self.sum -= u64::from(oldest);
            self.count -= 1;
        }
        self.recent.push_back(millionths);
        if let Some(latest) = millionths {
            self.sum += u64::from(latest);
            self.count += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::panel::tests::panel;

    fn after(history: &Panel, panels: usize) -> Habits {
        let mut habits = Habits::default();
        for _ in 0..panels {
            let _ = habits.level(history);
        }
        habits
    }

    fn confidence(panel: &Panel, seat: usize) -> f64 {
        panel.seats[seat].unwrap().confidence
    }

    #[test]
    fn one_who_always_shouts_is_heard_as_usual_and_above_it_when_louder_still() {
        let mut habits = after(&panel(&[0.85; 5], &[], &[]), 200);
        let usual = confidence(&habits.clone().level(&panel(&[0.85; 5], &[], &[])), 0);
        let louder = confidence(&habits.level(&panel(&[0.95; 5], &[], &[])), 0);
        assert!((usual - 0.62).abs() < 0.001, "{usual}");
        assert!(louder > 0.8, "{louder}");
    }

    #[test]
    fn the_quiet_and_the_unknown_are_left_alone() {
        let quiet = panel(&[0.5; 5], &[], &[]);
        assert_eq!(after(&quiet, 200).level(&quiet), quiet);
        let loud = panel(&[0.9; 5], &[], &[]);
        assert_eq!(after(&loud, ENOUGH - 1).level(&loud), loud);
    }

    #[test]
    fn silence_is_not_a_habit() {
        let mut habits = after(&panel(&[0.9; 5], &[], &[]), 60);
        let heard = confidence(&habits.clone().level(&panel(&[0.9; 5], &[], &[])), 0);
        for _ in 0..60 {
            let _ = habits.level(&panel(&[], &[], &[]));
        }
        assert_eq!(confidence(&habits.level(&panel(&[0.9; 5], &[], &[])), 0).to_bits(), heard.to_bits());
    }

    #[test]
    fn habits_are_determined_by_the_last_128_panels() {
        let mut changed = after(&panel(&[0.99; 5], &[], &[]), 77);
        let mut fresh = Habits::default();
        for number in 0..MEMORY {
            let next = panel(&[0.6 + number as f64 / 1e3; 5], &[], &[]);
            let _ = (changed.level(&next), fresh.level(&next));
        }
        let next = panel(&[0.9; 5], &[], &[]);
        assert_eq!(changed.level(&next), fresh.level(&next));
    }
}

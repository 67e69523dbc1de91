//! How much time lies between two bars, counted in bars.

/// A pause of this many microseconds is a break: two hours, as between sessions.
const BREAK: i64 = 2 * 60 * 60 * 1_000_000;

/// Counts the bar intervals between bars. The interval is the latest spacing that was seen twice in a row,
/// so a halt or a missing bar does not pass for it.
///
/// - Units: microseconds in, bar intervals out.
/// - Warm-up: determined by the last few bars.
/// - Cost: O(1).
#[derive(Clone, Copy, Debug, Default)]
pub struct Spacing {
    last: Option<i64>,
    pause: i64,
    interval: i64,
}

impl Spacing {
    /// Intervals since the bar before, at least 1; `None` for the first bar and after a break, when the change
    /// since the last bar is not the work of one bar.
    pub fn push(&mut self, at: i64) -> Option<f64> {
        let last = self.last.replace(at)?;
        let pause = (at - last).max(1);
        if pause == self.pause || self.interval == 0 {
            self.interval = pause;
        }
        self.pause = pause;
        let intervals = pause as f64 / self.interval as f64;
        (pause <= BREAK || intervals <= 1.5).then_some(intervals.max(1.0))
    }
}

#[cfg(test)]
mod tests {
    use super::Spacing;

    const MINUTE: i64 = 60_000_000;

    fn pauses(minutes: &[i64]) -> Vec<Option<f64>> {
        let mut spacing = Spacing::default();
        minutes.iter().map(|minute| spacing.push(minute * MINUTE)).collect()
    }

    #[test]
    fn a_halt_is_counted_in_bars_and_a_night_is_a_break() {
        assert_eq!(
            pauses(&[0, 1, 2, 11, 12, 13, 1000, 1001]),
            [None, Some(1.0), Some(1.0), Some(9.0), Some(1.0), Some(1.0), None, Some(1.0)]
        );
    }

    #[test]
    fn bars_further_apart_than_a_break_are_still_bars() {
        assert_eq!(pauses(&[0, 240, 480, 720]), [None, Some(1.0), Some(1.0), Some(1.0)]);
    }

    #[test]
    fn a_new_interval_is_learned() {
        assert_eq!(pauses(&[0, 1, 2, 7, 12, 17])[3..], [Some(5.0), Some(1.0), Some(1.0)]);
    }
}

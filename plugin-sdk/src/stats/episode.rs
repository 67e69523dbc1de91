//! One alert for one event.

/// Rows of an event that are reported. The platform takes findings of five bar intervals into one alert; an
/// event that goes on would otherwise open one alert after the other.
const REPORTED: u32 = 6;

/// Follows an event from the row in which a statistic reaches its threshold until it is calm again, under
/// half the threshold. The first six rows of an event are reported, the rest is the same event.
///
/// - Warm-up: until the statistic was calm once.
/// - NaN: not above the threshold, and not calm either.
/// - Cost: O(1).
#[derive(Clone, Copy, Debug, Default)]
pub struct Episode {
    age: Option<u32>,
}

impl Episode {
    /// Whether this row of the statistic is to be reported.
    pub fn push(&mut self, statistic: f64, threshold: f64) -> bool {
        self.age = self.age.map(|age| age.saturating_add(1)).filter(|_| !(statistic < 0.5 * threshold));
        if !(statistic >= threshold) {
            return false;
        }
        *self.age.get_or_insert(0) < REPORTED
    }
}

#[cfg(test)]
mod tests {
    use super::Episode;

    fn reported(statistics: &[f64]) -> Vec<usize> {
        let mut episode = Episode::default();
        (0..statistics.len()).filter(|&row| episode.push(statistics[row], 4.0)).collect()
    }

    #[test]
    fn a_long_event_is_reported_at_its_beginning_only() {
        assert_eq!(reported(&[5.0; 40]), [0, 1, 2, 3, 4, 5]);
    }

    #[test]
    fn the_next_event_begins_after_calm() {
        let mut statistics = [5.0; 20];
        statistics[10] = 3.0; // lower, but not calm
        statistics[15] = 1.0;
        assert_eq!(reported(&statistics), [0, 1, 2, 3, 4, 5, 16, 17, 18, 19]);
    }

    #[test]
    fn what_is_not_known_is_no_event() {
        assert_eq!(reported(&[f64::NAN, 5.0, f64::NAN, 5.0]), [1, 3]);
    }
}
